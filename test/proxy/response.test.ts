/** Response processing (RFC 3261 16.7 steps 3 and 9, 16.11, 18.1.2, 18.2.2; RFC 3581 4), through the whole pipeline. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ResponseWords, responseText, VIA, valuesOf } from "../support/sip-message.ts";
import { closeProxies, NEXT_HOP, startProxy, type TestProxy } from "../support/sip-proxy.ts";

vi.mock("node:dns/promises", () => ({
  lookup: async (host: string) => {
    if (host === "there.example") return { address: "192.0.2.80" };
    throw Object.assign(new Error(host), { code: "ENOTFOUND" });
  },
}));

const A = "198.51.100.1:5060";
const B = "198.51.100.2:5080";
const V6 = "[2001:db8::1]:5060";
const OURS = `SIP/2.0/UDP ${A};branch=z9hG4bKx.0`;

let proxy: TestProxy;
beforeAll(async () => {
  proxy = await startProxy({ listeners: [A, B, V6, "0.0.0.0:5090 sip.example.com:6090"] });
});
afterAll(closeProxies);

describe("goes on", () => {
  const rows: [name: string, via: string[], left: string[], to: string, by?: number][] = [
    ["16.7 step 3: our line goes", [OURS, VIA], [VIA], "192.0.2.10 5060"],
    ["7.3.1: our value of a joined line goes", [`${OURS} , ${VIA}`], [VIA], "192.0.2.10 5060"],
    [
      "7.3.1: the rest of it stays as it is",
      [`${OURS},${VIA} ,  SIP/2.0/TCP b`, "SIP/2.0/UDP c"],
      [`${VIA} ,  SIP/2.0/TCP b`, "SIP/2.0/UDP c"],
      "192.0.2.10 5060",
    ],
    ["odd case and blanks", ["sip / 2.0 / udp 198.51.100.1 : 5060 ;BRANCH=x", VIA], [VIA], "192.0.2.10 5060"],
    ["18.1.2: no port is 5060", ["SIP/2.0/UDP 198.51.100.1;branch=x", VIA], [VIA], "192.0.2.10 5060"],
    [
      "18.2.2: to received, at the port of sent-by",
      [OURS, "SIP/2.0/UDP a.example:5077;received=192.0.2.11"],
      ["SIP/2.0/UDP a.example:5077;received=192.0.2.11"],
      "192.0.2.11 5077",
    ],
    [
      "18.2.2: at 5060 where there is none",
      [OURS, "SIP/2.0/UDP 192.0.2.12"],
      ["SIP/2.0/UDP 192.0.2.12"],
      "192.0.2.12 5060",
    ],
    [
      "RFC 3581 4: to received and rport",
      [OURS, `${VIA};received=192.0.2.11;rport=4000`],
      [`${VIA};received=192.0.2.11;rport=4000`],
      "192.0.2.11 4000",
    ],
    [
      "RFC 3581 4: rport without a value says nothing",
      [OURS, `${VIA};rport`],
      [`${VIA};rport`],
      "192.0.2.10 5060",
    ],
    [
      "rport that is no port says nothing",
      [OURS, `${VIA};rport=99999`],
      [`${VIA};rport=99999`],
      "192.0.2.10 5060",
    ],
    [
      "18.2.2: to maddr first",
      [OURS, `${VIA};maddr=192.0.2.200;received=192.0.2.11`],
      [`${VIA};maddr=192.0.2.200;received=192.0.2.11`],
      "192.0.2.200 5060",
    ],
    [
      "IPv6, by the listener that can reach it",
      [OURS, "SIP/2.0/UDP [2001:db8::7]:5077"],
      ["SIP/2.0/UDP [2001:db8::7]:5077"],
      "2001:db8::7 5077",
      2,
    ],
    [
      "IPv6 in received",
      [OURS, "SIP/2.0/UDP a;received=2001:db8::7"],
      ["SIP/2.0/UDP a;received=2001:db8::7"],
      "2001:db8::7 5060",
      2,
    ],
    [
      "by the listener that the request came in by, which the branch names",
      [OURS.replace("x.0", "x.1"), VIA],
      [VIA],
      "192.0.2.10 5060",
      1,
    ],
    [
      "by that of our sent-by where the branch names none",
      [`SIP/2.0/UDP ${B};branch=z9hG4bKx.77`, VIA],
      [VIA],
      "192.0.2.10 5060",
      1,
    ],
    [
      "what is advertised is ours",
      ["SIP/2.0/UDP SIP.example.com:6090;branch=z9hG4bKx.3", VIA],
      [VIA],
      "192.0.2.10 5060",
      3,
    ],
    ["16.7 step 3: only one of ours goes: a spiral", [OURS, OURS, VIA], [OURS, VIA], "198.51.100.1 5060"],
  ];
  it.each(rows)("%s", (_name, via, left, to, by = 0) => {
    const sent = proxy.receive(responseText({ via }), NEXT_HOP);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.to).toBe(to);
    const listener = proxy.local.listeners[by]!;
    expect(sent[0]?.by).toBe(`${listener.host}:${listener.port}`);
    expect(sent[0]?.text).toBe(responseText({ via: left }));
  });

  const bodies: [string, Partial<ResponseWords>, string][] = [
    ["with its body", { body: "\0\xff\r\n" }, "\0\xff\r\n"],
    ["18.3: without what is behind it", { body: "bodymore", extra: ["Content-Length: 4"] }, "body"],
    ["18.3: to the end where nothing says how long it is", { body: "body", extra: [] }, "body"],
    ["with the same Content-Length twice", { body: "body", extra: ["Content-Length: 4", "l: 4"] }, "body"],
  ];
  it.each(bodies)("%s", (_name, words, body) => {
    const [sent] = proxy.receive(responseText({ via: [OURS, VIA], ...words }), NEXT_HOP);
    expect(sent?.text.split("\r\n\r\n").slice(1).join("\r\n\r\n")).toBe(body);
  });

  it.each(["100 Trying", "100 ", "183 \xd0\xbd\xd0\xbe", "699 x"])("status %s", (status) => {
    const words = { status, via: [OURS, VIA] };
    expect(proxy.receive(responseText(words), NEXT_HOP)[0]?.text).toBe(responseText({ status, via: [VIA] }));
  });
});

describe("is dropped", () => {
  const rows: [string, ResponseWords][] = [
    ["18.1.2: top Via is not ours", { via: [VIA, OURS] }],
    ["18.1.2: our host at another port", { via: ["SIP/2.0/UDP 198.51.100.1:5061;branch=x", VIA] }],
    ["18.1.2: top Via is malformed", { via: [`${OURS};;`, VIA] }],
    ["18.1.2: no Via", { via: [] }],
    ["16.7 step 3: none below ours: it would be for us", { via: [OURS] }],
    ["the next Via is malformed", { via: [OURS, "x"] }],
    ["the next value of the line is malformed", { via: [`${OURS}, x`, VIA] }],
    ["RFC 4475 3.3.10: the next is the broadcast address", { via: [OURS, "SIP/2.0/UDP 255.255.255.255"] }],
    ["RFC 4475 3.3.10: in received too", { via: [OURS, `${VIA};received=255.255.255.255`] }],
    ["RFC 4475 3.1.2.5: CSeq out of range", { via: [OURS, VIA], cseq: "9292394834772304023312 OPTIONS" }],
    ["18.3: Content-Length beyond the datagram", { via: [OURS, VIA], extra: ["Content-Length: 9"] }],
    ["18.3: negative Content-Length", { via: [OURS, VIA], extra: ["Content-Length: -1"] }],
    [
      "18.3: two different Content-Lengths",
      { via: [OURS, VIA], extra: ["Content-Length: 0", "l: 1"], body: "x" },
    ],
    ["7.3.1: a line that is no header", { via: [OURS, VIA], extra: ["nonsense"] }],
    ["7.2: status 700", { status: "700 x", via: [OURS, VIA] }],
  ];
  it.each(rows)("%s", (_name, words) => {
    expect(proxy.receive(responseText(words), NEXT_HOP)).toEqual([]);
  });

  it("no listener for the family of the next Via", async () => {
    const only4 = await startProxy({ listeners: [A] });
    expect(only4.receive(responseText({ via: [OURS, "SIP/2.0/UDP [2001:db8::7]"] }), NEXT_HOP)).toEqual([]);
    expect(only4.counters.responses_dropped).toBe(1);
  });
});

describe("a name in the next Via (18.2.2, RFC 3263 5)", () => {
  it("is resolved", async () => {
    const via = "SIP/2.0/UDP there.example:5077;branch=z9hG4bKn";
    expect(proxy.receive(responseText({ via: [OURS, via] }), NEXT_HOP)).toEqual([]);
    await vi.waitFor(() => expect(proxy.sent.at(-1)?.to).toBe("192.0.2.80 5077"));
    expect(valuesOf(proxy.sent.at(-1)!.text, "Via")).toEqual([via]);
  });

  it.each(["gone.example", "<script>", "a%b", '"x"'])("that is none, %s, is dropped", async (host) => {
    const before = proxy.sent.length;
    proxy.receive(responseText({ via: [OURS, `SIP/2.0/UDP ${host}`] }), NEXT_HOP);
    await new Promise(setImmediate);
    expect(proxy.sent.length).toBe(before);
  });
});

describe("reply_route", () => {
  const route = (code: string) => ({
    route: `function request_route() { forward("203.0.113.9"); } function reply_route() { ${code} }`,
  });
  const rows: [string, string, (text: string) => string | undefined][] = [
    ["nothing: goes on as it came", "", (text) => text],
    ["adds a header", 'append_hf("X: 1")', (text) => text.replace("\r\n\r\n", "\r\nX: 1\r\n\r\n")],
    ["removes a header", 'remove_hf("From")', (text) => text.replace(/From: .*\r\n/, "")],
    ["drops it", "drop()", () => undefined],
    ["throws: goes on as it came", 'append_hf("X: 1"); throw new Error("x")', (text) => text],
  ];
  it.each(rows)("%s", async (_name, code, expected) => {
    const scripted = await startProxy(route(code));
    const sent = scripted.receive(responseText({ via: [OURS, VIA] }), NEXT_HOP);
    const text = expected(responseText({ via: [VIA] }));
    expect(sent.map((one) => one.text)).toEqual(text === undefined ? [] : [text]);
  });

  it.each([
    ["that is not for us", { via: [VIA] }],
    ["that is malformed", { via: [OURS, VIA], extra: ["Content-Length: -1"] }],
  ])("does not see a response %s", async (_name, words) => {
    const scripted = await startProxy(route('throw new Error("seen")'));
    scripted.receive(responseText(words), NEXT_HOP);
    expect(scripted.counters.script_errors).toBe(0);
  });
});
