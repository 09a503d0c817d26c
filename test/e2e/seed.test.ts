/** What Signalbox was begun for: a list of three endpoints, and a script of one line that spreads calls over them. */
import { afterAll, describe, expect, it } from "vitest";
import { SignalboxProcess, Stage } from "../support/signalbox-process.ts";
import { NO_SIPP, placeCalls, startAnswerers } from "../support/sipp.ts";

const SEED = `function request_route() {
  if (method == "INVITE") { ds_select_dst("1","4"); sl_send_reply("100","Trying"); forward(); exit(); }
}
`;

describe("the seed", () => {
  const stage = new Stage();
  afterAll(() => stage.close());

  it("spreads nine calls over three endpoints in rotation, and each completes", async ({ skip }) => {
    skip(NO_SIPP !== undefined, NO_SIPP);
    const answerers = await startAnswerers(stage, 3, { scenario: "answerer-direct.xml", trace: true });
    const list = answerers.map(({ uri }) => `1 ${uri}\n`).join("");
    const proxy = await SignalboxProcess.start(stage, { script: SEED, list });

    const calls = await placeCalls(stage, {
      scenario: "caller-direct.xml",
      proxyPort: proxy.port,
      calls: 9,
      rate: 20,
    });

    expect(calls, calls.messages).toMatchObject({ succeeded: 9, failed: 0, retransmissions: 0 });
    const uris = answerers.map(({ uri }) => uri);
    const forwarded = await proxy.forwarded(9);
    expect(forwarded.map((line) => line.to)).toEqual([...uris, ...uris, ...uris]);
    const callIdsOf = (text: string) => new Set([...text.matchAll(/^Call-ID: (.*)\r?$/gm)].map((m) => m[1]));
    expect(answerers.map(({ messages }) => callIdsOf(messages()).size)).toEqual([3, 3, 3]);
    // What the phone saw of each call, in order.
    for (const callId of callIdsOf(calls.messages)) {
      expect(startLines(calls.messages, String(callId))).toEqual([
        "sent INVITE",
        "received 100",
        "received 180",
        "received 200",
        "sent ACK",
        "sent BYE",
        "received 200",
      ]);
    }
  });
});

/** The start lines of a call, from a SIPp message log. */
function startLines(log: string, callId: string): string[] {
  const found: string[] = [];
  for (const entry of log.split(/^-{20,}.*\n/m)) {
    if (!entry.includes(callId)) continue;
    const direction = /^UDP message (sent|received)/.exec(entry)?.[1];
    const start = /^(?:SIP\/2\.0 (\d{3})|([A-Z]+) sip:)/m.exec(entry);
    found.push(`${direction} ${start?.[1] ?? start?.[2]}`);
  }
  return found;
}
