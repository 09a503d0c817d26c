/** cli/sip-peer, answerer and caller against each other on loopback, without a proxy between them. */
import { createSocket } from "node:dgram";
import { afterEach, describe, expect, it } from "vitest";
import type { Answerer } from "../../src/cli/answerer.ts";
import { startAnswerer } from "../../src/cli/answerer.ts";
import type { CallEvent, Caller } from "../../src/cli/caller.ts";
import { startCaller } from "../../src/cli/caller.ts";
import type { PeerRequest, PeerResponse, SipPeer } from "../../src/cli/sip-peer.ts";
import { openSipPeer } from "../../src/cli/sip-peer.ts";
import { systemClock } from "../../src/support/clock.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

async function answerer(ringMs = 0): Promise<Answerer & { port: number }> {
  const made = await startAnswerer({ host: "127.0.0.1", port: 0 }, systemClock, ringMs);
  opened.push(made);
  return Object.assign(made, { port: Number(made.uri.split(":").at(-1)) });
}

/** A caller of `port`, and its events as they come. */
async function caller(port: number, holdMs = 0): Promise<{ caller: Caller; next(): Promise<CallEvent> }> {
  const events: CallEvent[] = [];
  let wake: (() => void) | undefined;
  const made = await startCaller({
    proxy: { host: "127.0.0.1", port },
    clock: systemClock,
    holdMs,
    tell(event) {
      events.push(event);
      wake?.();
    },
  });
  opened.push({ close: () => made.close(0) });
  const next = async (): Promise<CallEvent> => {
    if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return events.shift()!;
  };
  return { caller: made, next };
}

describe("a call from the caller to an answerer", () => {
  it("is answered, counted, and hung up", async () => {
    const asterisk = await answerer();
    const phone = await caller(asterisk.port);
    phone.caller.placeCall();
    expect(await phone.next()).toEqual({ kind: "answered", number: 1, by: asterisk.uri });
    expect([asterisk.calls, asterisk.inProgress]).toEqual([1, 1]);
    expect(await phone.next()).toEqual({ kind: "ended", number: 1, status: 200 });
    expect([asterisk.calls, asterisk.inProgress]).toEqual([1, 0]);
  });

  it("is hung up when the caller closes", async () => {
    const asterisk = await answerer();
    const phone = await caller(asterisk.port, 3_600_000);
    phone.caller.placeCall();
    await phone.next();
    await phone.caller.close(1000);
    expect(asterisk.inProgress).toBe(0);
  });
});

describe("an answerer", () => {
  const rows: readonly (readonly [string, number])[] = [
    ["OPTIONS", 200],
    ["BYE", 481],
    ["SUBSCRIBE", 501],
  ];
  for (const [method, status] of rows) {
    it(`answers ${method} outside a call with ${status}`, async () => {
      const asterisk = await answerer();
      const phone = await openSipPeer({ host: "127.0.0.1", port: 0 }, () => {});
      opened.push(phone);
      const response = await new Promise<PeerResponse>((resolve) =>
        phone.send(request(method, asterisk.uri, phone), resolve),
      );
      expect(response.status).toBe(status);
    });
  }

  it("ends a ringing call on CANCEL", async () => {
    const asterisk = await answerer(3_600_000);
    const phone = await openSipPeer({ host: "127.0.0.1", port: 0 }, () => {});
    opened.push(phone);
    const invite = request("INVITE", asterisk.uri, phone);
    const statuses: number[] = [];
    await new Promise<void>((resolve) =>
      phone.send(invite, ({ status }) => {
        statuses.push(status);
        if (status >= 200) return resolve();
        const cancel = request("CANCEL", asterisk.uri, phone);
        const headers = {
          ...cancel.headers,
          "call-id": invite.headers["call-id"],
          via: invite.headers.via,
        };
        phone.send({ ...cancel, headers }, (response) => statuses.push(response.status));
      }),
    );
    expect(statuses.sort()).toEqual([180, 200, 487]);
    expect(asterisk.inProgress).toBe(0);
  });

  it("hands the Record-Route and its own tag back", async () => {
    const asterisk = await answerer(3_600_000);
    const phone = await openSipPeer({ host: "127.0.0.1", port: 0 }, () => {});
    opened.push(phone);
    const invite = request("INVITE", asterisk.uri, phone);
    const raw = { ...invite, headers: { ...invite.headers, "record-route": "<sip:127.0.0.1:9;r2=on;lr>" } };
    const ringing = await new Promise<PeerResponse>((resolve) =>
      phone.send(raw as unknown as PeerRequest, resolve),
    );
    expect(ringing.status).toBe(180);
    expect(ringing.headers["record-route"]).toMatchObject([
      { uri: { host: "127.0.0.1", port: 9, params: { lr: null } } },
    ]);
    expect(ringing.headers.to.params.tag).toMatch(/^[0-9a-f]{8}$/);
  });
});

describe("a port that is taken", () => {
  it("is a problem that names it, not the end of the process", async () => {
    const holder = createSocket("udp4");
    opened.push(holder);
    const port = await new Promise<number>((resolve) =>
      holder.bind(0, "127.0.0.1", () => resolve(holder.address().port)),
    );
    await expect(openSipPeer({ host: "127.0.0.1", port }, () => {})).rejects.toMatchObject({
      problems: [{ code: "PORT_IN_USE", message: `UDP port ${port} of 127.0.0.1 is in use` }],
    });
  });
});

function request(method: string, uri: string, phone: SipPeer): PeerRequest {
  return {
    method,
    uri,
    headers: {
      from: { uri: `sip:a@127.0.0.1:${phone.port}`, params: { tag: "a" } },
      to: { uri, params: {} },
      "call-id": `${method}-1`,
      cseq: { seq: 1, method },
      contact: [{ uri: `sip:a@127.0.0.1:${phone.port}`, params: {} }],
    },
  };
}
