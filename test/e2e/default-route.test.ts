/** The default route script with real endpoints: the recorded route, re-INVITE, CANCEL, a refusal, two listeners. */

import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ROOT, SignalboxProcess, Stage } from "../support/signalbox-process.ts";
import { NO_SIPP, placeCalls, startAnswerers } from "../support/sipp.ts";

const script = readFileSync(join(ROOT, "routes/main.js"), "utf8");

let stage: Stage | undefined;
afterEach(() => stage?.close());

describe("the default route script", () => {
  interface Row {
    readonly name: string;
    readonly caller: string;
    readonly answerer: string;
    /** Requests that pass the proxy in each call, in order; `!` before those that it answers itself. */
    readonly requests: readonly string[];
  }
  const rows: readonly Row[] = [
    {
      name: "keeps ACK and BYE in its path",
      caller: "caller.xml",
      answerer: "answerer.xml",
      requests: ["INVITE", "ACK", "BYE"],
    },
    {
      name: "carries re-INVITEs of either end",
      caller: "caller-reinvite.xml",
      answerer: "answerer-reinvite.xml",
      requests: ["INVITE", "ACK", "INVITE", "ACK", "INVITE", "ACK", "BYE"],
    },
    {
      name: "takes CANCEL to the endpoint that rings",
      caller: "caller-cancel.xml",
      answerer: "answerer-cancel.xml",
      requests: ["INVITE", "CANCEL", "ACK"],
    },
    {
      name: "takes the ACK of a refused call to the endpoint that refused it",
      caller: "caller-busy.xml",
      answerer: "answerer-busy.xml",
      requests: ["INVITE", "ACK"],
    },
  ];

  for (const { name, caller, answerer, requests } of rows) {
    it(name, async ({ skip }) => {
      skip(NO_SIPP !== undefined, NO_SIPP);
      stage = new Stage();
      const answerers = await startAnswerers(stage, 3, { scenario: answerer });
      const list = answerers.map(({ uri }) => `1 ${uri}\n`).join("");
      const proxy = await SignalboxProcess.start(stage, { script, list });

      const calls = await placeCalls(stage, { scenario: caller, proxyPort: proxy.port, calls: 6, rate: 20 });

      expect(calls, calls.messages).toMatchObject({ succeeded: 6, failed: 0, retransmissions: 0 });
      const forwarded = await proxy.forwarded(6 * requests.length);
      const callIds = new Set(forwarded.map((line) => line.callId));
      expect(callIds.size).toBe(6);
      for (const callId of callIds) {
        const passed = forwarded.filter((line) => line.callId === callId);
        expect(passed.map((line) => line.method)).toEqual(requests);
      }
      expect(proxy.log().filter((line) => line.level >= 40)).toEqual([]);
    });
  }

  it("records its route twice between two listeners", async ({ skip }) => {
    skip(NO_SIPP !== undefined, NO_SIPP);
    skip(!(await hasIpv6()), "skipped: this machine has no IPv6 loopback");
    stage = new Stage();
    const [answerer] = await startAnswerers(stage, 1, {
      scenario: "answerer-reinvite.xml",
      host: "::1",
      trace: true,
    });
    const proxy = await SignalboxProcess.start(stage, {
      script,
      list: `1 ${answerer?.uri}\n`,
      listen: ["udp:127.0.0.1:0", "udp:[::1]:0"],
    });

    const calls = await placeCalls(stage, {
      scenario: "caller-reinvite.xml",
      proxyPort: proxy.port,
      calls: 2,
    });

    expect(calls, calls.messages).toMatchObject({ succeeded: 2, failed: 0, retransmissions: 0 });
    const [v4, v6] = proxy.ports;
    const recorded = [...calls.messages.matchAll(/^Record-Route: *(.*?)\r?$/gm)].flatMap(
      // SIPp joins the two lines that it copies to one.
      (match) => (match[1] ?? "").split(", "),
    );
    expect(recorded.slice(0, 2)).toEqual([
      expect.stringMatching(new RegExp(`^<sip:\\[::1\\]:${v6};.*\\blr\\b.*>`)),
      expect.stringMatching(new RegExp(`^<sip:127\\.0\\.0\\.1:${v4};.*\\blr\\b.*>`)),
    ]);
    expect(answerer?.messages()).toMatch(/^Via: SIP\/2\.0\/UDP \[::1\]:/m);
  });
});

function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp6");
    const settle = (has: boolean) => () => socket.close(() => resolve(has));
    socket.once("error", settle(false));
    socket.bind(0, "::1", settle(true));
  });
}
