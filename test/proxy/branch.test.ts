import { describe, expect, it } from "vitest";
import { listenerOfBranch, statelessBranch } from "../../src/proxy/branch.ts";
import { LocalIdentity } from "../../src/proxy/local-identity.ts";
import type { SipRequest } from "../../src/sip/message.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { type RequestWords, requestText } from "../support/sip-message.ts";

const local = new LocalIdentity([
  { protocol: "udp", host: "198.51.100.1", port: 5060 },
  { protocol: "udp", host: "198.51.100.2", port: 5060 },
]);

function branchOf(words: RequestWords, listener = 0): string {
  const request = parseMessage(requestText(words)) as SipRequest;
  return statelessBranch(request, request.topVia!, local.listeners[listener]!);
}

const NEW: RequestWords = { via: ["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa"] };
const OLD: RequestWords = { via: ["SIP/2.0/UDP 192.0.2.10:5060"] };
const COOKIE_ONLY: RequestWords = { via: ["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK"] };

describe("the same branch (RFC 3261 16.11)", () => {
  const rows: [string, RequestWords, RequestWords][] = [
    ["16.11: a retransmission", NEW, {}],
    ["9.1, 16.11: the CANCEL", NEW, { method: "CANCEL", cseq: "1 CANCEL" }],
    ["17.1.1.3: the ACK to a negative response", NEW, { method: "ACK", to: "<sip:100@203.0.113.9>;tag=b" }],
    ["16.11: a retransmission of an RFC 2543 client", OLD, {}],
    ["16.11: its CANCEL", OLD, { method: "CANCEL", cseq: "1 CANCEL" }],
    ["16.11: its ACK, which has a To tag", OLD, { method: "ACK", to: "<sip:100@203.0.113.9>;tag=b" }],
    [
      "RFC 4475 3.2.1: the ACK of one with an empty branch",
      COOKIE_ONLY,
      { method: "ACK", to: "<sip:a>;tag=b" },
    ],
  ];
  it.each(rows)("%s", (_name, words, change) =>
    expect(branchOf({ ...words, ...change })).toBe(branchOf(words)),
  );
});

describe("another branch", () => {
  const rows: [string, RequestWords, RequestWords][] = [
    ["8.1.1.7: another branch", NEW, { via: ["SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKb"] }],
    [
      "17.2.3: the same branch of another host",
      NEW,
      { via: ["SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bKa"] },
    ],
    ["17.2.3: and of another port", NEW, { via: ["SIP/2.0/UDP 192.0.2.10:5061;branch=z9hG4bKa"] }],
    ["16.11: RFC 2543, another Call-ID", OLD, { callId: "x" }],
    ["16.11: RFC 2543, another CSeq number", OLD, { cseq: "2 INVITE" }],
    ["16.11: RFC 2543, another From tag", OLD, { from: "<sip:a@b>;tag=a2" }],
    ["16.11: RFC 2543, another request-URI", OLD, { uri: "sip:101@203.0.113.9" }],
    ["16.11: RFC 2543, another Via", OLD, { via: ["SIP/2.0/UDP 192.0.2.11:5060"] }],
    ["RFC 4475 3.2.1: empty branch, another Call-ID", COOKIE_ONLY, { callId: "x" }],
  ];
  it.each(rows)("%s", (_name, words, change) =>
    expect(branchOf({ ...words, ...change })).not.toBe(branchOf(words)),
  );

  it("16.6 step 8: no two of 50,000 calls share one", () => {
    const branches = new Set<string>();
    for (let i = 0; i < 50_000; i++) {
      branches.add(branchOf({ via: [`SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-${i}`] }));
    }
    expect(branches.size).toBe(50_000);
  });
});

describe("listenerOfBranch", () => {
  it.each([0, 1])("finds listener %d again", (index) => {
    expect(listenerOfBranch(branchOf(NEW, index), local)?.index).toBe(index);
  });

  it.each(["", "z9hG4bKx", "z9hG4bKx.2", "z9hG4bKx.-1", "z9hG4bKx.constructor", "x.1e9", undefined])(
    "says of %s that it names none",
    (branch) => expect(listenerOfBranch(branch, local)).toBeUndefined(),
  );
});
