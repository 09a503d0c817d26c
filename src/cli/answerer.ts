/** An endpoint that answers calls and stands in for an Asterisk: INVITE rings and is answered, BYE and OPTIONS get 200. */
import type { HostPort } from "../config/address.ts";
import { formatHostPort } from "../config/address.ts";
import type { Clock, Timer } from "../support/clock.ts";
import { randomHex } from "../support/random.ts";
import type { Extra, PeerRequest, SipPeer } from "./sip-peer.ts";
import { openSipPeer } from "./sip-peer.ts";

export interface Answerer {
  /** As a destination list names it: `sip:127.0.0.1:5070`. */
  readonly uri: string;
  /** Calls that arrived since the start. */
  readonly calls: number;
  /** Calls that were answered and not yet hung up. */
  readonly inProgress: number;
  close(): void;
}

interface Call {
  readonly toTag: string;
  readonly invite: PeerRequest;
  /** Runs while it rings. */
  ringing: Timer | undefined;
}

export async function startAnswerer(address: HostPort, clock: Clock, ringMs = 200): Promise<Answerer> {
  const calls = new Map<string, Call>();
  let total = 0;

  const peer = await openSipPeer(address, (request) => {
    const callId = request.headers["call-id"];
    const call = calls.get(callId);
    switch (request.method) {
      case "INVITE":
        return call ? answer(request, call) : ring(request, callId);
      case "BYE":
        if (!call) return peer.reply(request, 481, "Call Does Not Exist");
        calls.delete(callId);
        return peer.reply(request, 200, "OK");
      case "CANCEL":
        return cancel(request, callId, call);
      case "OPTIONS":
        return peer.reply(request, 200, "OK", { headers: { allow: "INVITE, ACK, CANCEL, BYE, OPTIONS" } });
      case "ACK":
        return;
      default:
        peer.reply(request, 501, "Not Implemented");
    }
  });

  function ring(invite: PeerRequest, callId: string): void {
    total++;
    const call: Call = { toTag: randomHex(4), invite, ringing: undefined };
    calls.set(callId, call);
    peer.reply(invite, 180, "Ringing", inDialog(invite, call, peer));
    call.ringing = clock.after(ringMs, () => answer(invite, call));
  }

  function answer(invite: PeerRequest, call: Call): void {
    call.ringing?.cancel();
    call.ringing = undefined;
    const extra = inDialog(invite, call, peer);
    // Sent once: on loopback nothing is lost, so the repeats of RFC 3261 section 13.3.1.4 are left out.
    peer.reply(invite, 200, "OK", {
      headers: { ...extra.headers, "content-type": "application/sdp" },
      content: describeMedia(peer),
    });
  }

  function cancel(request: PeerRequest, callId: string, call: Call | undefined): void {
    peer.reply(request, call ? 200 : 481, call ? "OK" : "Call Does Not Exist");
    if (!call?.ringing) return;
    call.ringing.cancel();
    calls.delete(callId);
    peer.reply(call.invite, 487, "Request Terminated", inDialog(call.invite, call, peer));
  }

  return {
    uri: `sip:${formatHostPort(peer)}`,
    get calls() {
      return total;
    },
    get inProgress() {
      return [...calls.values()].filter((call) => call.ringing === undefined).length;
    },
    close() {
      for (const call of calls.values()) call.ringing?.cancel();
      peer.close();
    },
  };
}

/** What every response that makes or keeps a dialog carries (RFC 3261 section 12.1.1). */
function inDialog(request: PeerRequest, call: Call, peer: SipPeer): Extra {
  const { to } = request.headers;
  return {
    headers: {
      to: { ...to, params: { ...to.params, tag: call.toTag } },
      contact: [{ uri: `sip:${formatHostPort(peer)}`, params: {} }],
      "record-route": request.headers["record-route"],
    },
  };
}

/** A session description without a port for media (RFC 4566): nobody speaks. */
export function describeMedia({ host }: HostPort): string {
  const version = host.includes(":") ? "IP6" : "IP4";
  const lines = [
    "v=0",
    `o=- 1 1 IN ${version} ${host}`,
    "s=-",
    `c=IN ${version} ${host}`,
    "t=0 0",
    "m=audio 9 RTP/AVP 0",
  ];
  return `${lines.join("\r\n")}\r\n`;
}
