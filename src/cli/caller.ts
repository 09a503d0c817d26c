/** The demo's phones: one endpoint that places calls through the proxy, holds each for a while and hangs up. */
import type { HostPort } from "../config/address.ts";
import { formatHostPort } from "../config/address.ts";
import type { Clock, Timer } from "../support/clock.ts";
import { randomHex } from "../support/random.ts";
import { describeMedia } from "./answerer.ts";
import type { Headers, PeerResponse, SipPeer } from "./sip-peer.ts";
import { openSipPeer } from "./sip-peer.ts";

/** What became of a call, in the order in which it is told: answered and then ended, or only failed. */
export type CallEvent =
  | { readonly kind: "answered"; readonly number: number; readonly by: string }
  | { readonly kind: "ended"; readonly number: number; readonly status: number }
  | { readonly kind: "failed"; readonly number: number; readonly status: number; readonly reason: string };

export interface Caller {
  /** Numbered from 1. */
  placeCall(): void;
  /** Hangs up what is up, waits for the answers at most `graceMs`, and closes. */
  close(graceMs: number): Promise<void>;
}

export interface CallerOptions {
  readonly proxy: HostPort;
  readonly clock: Clock;
  /** Milliseconds from the answer to the BYE. */
  readonly holdMs: number;
  tell(event: CallEvent): void;
}

export async function startCaller({ proxy, clock, holdMs, tell }: CallerOptions): Promise<Caller> {
  const host = proxy.host.includes(":") ? "::1" : "127.0.0.1";
  const peer = await openSipPeer({ host, port: 0 }, (request) => {
    // Nobody calls this endpoint; a BYE from an answerer would be the only request.
    if (request.method !== "ACK") peer.reply(request, 200, "OK");
  });
  /** The calls that are up: how to hang up each. */
  const up = new Map<number, () => void>();
  let placed = 0;
  let whenAllDown: (() => void) | undefined;

  function placeCall(): void {
    const number = ++placed;
    let hold: Timer | undefined;
    let done = false;
    const invite = makeInvite(peer, proxy, number);

    peer.send({ ...invite, content: describeMedia(peer) }, (response) => {
      if (response.status < 200 || done) return;
      if (response.status >= 300) {
        done = true;
        return tell({ kind: "failed", number, status: response.status, reason: response.reason });
      }
      // Every 2xx is acknowledged, repeats too (RFC 3261 section 13.2.2.4).
      peer.send(inDialog("ACK", response, peer, 1));
      if (up.has(number)) return;
      up.set(number, hangUp);
      tell({ kind: "answered", number, by: String(response.headers.contact?.[0]?.uri ?? "") });
      hold = clock.after(holdMs, hangUp);

      function hangUp(): void {
        if (done) return;
        done = true;
        hold?.cancel();
        peer.send(inDialog("BYE", response, peer, 2), ({ status }) => {
          if (status < 200 || !up.delete(number)) return;
          tell({ kind: "ended", number, status });
          if (up.size === 0) whenAllDown?.();
        });
      }
    });
  }

  return {
    placeCall,
    async close(graceMs) {
      for (const hangUp of up.values()) hangUp();
      if (up.size > 0) {
        await new Promise<void>((resolve) => {
          const grace = clock.after(graceMs, resolve);
          whenAllDown = () => {
            grace.cancel();
            resolve();
          };
        });
      }
      peer.close();
    },
  };
}

function makeInvite(peer: SipPeer, proxy: HostPort, number: number) {
  const here = `sip:phone${number}@${formatHostPort(peer)}`;
  const there = `sip:100@${formatHostPort(proxy)}`;
  const headers: Headers = {
    "max-forwards": "70",
    from: { uri: here, params: { tag: randomHex(4) } },
    to: { uri: there, params: {} },
    "call-id": `${randomHex(8)}@demo`,
    cseq: { seq: 1, method: "INVITE" },
    contact: [{ uri: here, params: {} }],
    "content-type": "application/sdp",
  };
  return { method: "INVITE", uri: there, headers };
}

/** A request inside the dialog that `answer` made: the route set is its Record-Route, reversed (section 12.1.2). */
function inDialog(method: "ACK" | "BYE", answer: PeerResponse, peer: SipPeer, seq: number) {
  const { from, to, contact } = answer.headers;
  const route = [...(answer.headers["record-route"] ?? [])].reverse();
  const headers: Headers = {
    "max-forwards": "70",
    from,
    to,
    "call-id": answer.headers["call-id"],
    cseq: { seq, method },
    ...(route.length > 0 && { route }),
  };
  return { method, uri: String(contact?.[0]?.uri ?? `sip:${formatHostPort(peer)}`), headers };
}
