/** Request validation (RFC 3261 16.3) and our own responses (8.2.6, 8.2.7, 18.2.2), through the whole pipeline. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RequestWords, requestText, VIA, valuesOf } from "../support/sip-message.ts";
import { closeProxies, startProxy, type TestProxy } from "../support/sip-proxy.ts";

afterAll(closeProxies);

describe("validation", () => {
  let proxy: TestProxy;
  beforeAll(async () => {
    proxy = await startProxy();
  });

  const rows: [name: string, words: RequestWords, reply: string][] = [
    [
      "16.3 step 1: From is missing a URI",
      { from: "Alice" },
      "400 Bad Request: From is missing or malformed",
    ],
    [
      "16.3 step 1: To with an open quote",
      { to: '"a <sip:b>' },
      "400 Bad Request: To is missing or malformed",
    ],
    [
      "16.3 step 1: To with two values",
      { to: "<sip:a>, <sip:b>" },
      "400 Bad Request: To is missing or malformed",
    ],
    ["8.1.1.5: CSeq of another method", { cseq: "1 BYE" }, "400 Bad Request: CSeq method does not match"],
    [
      "8.1.1.5: CSeq number too large",
      { cseq: "2147483648 INVITE" },
      "400 Bad Request: CSeq is missing or malformed",
    ],
    ["8.1.1.4: empty Call-ID", { callId: "" }, "400 Bad Request: Call-ID is missing"],
    [
      "20: two From",
      { extra: ["f: <sip:a>"] },
      "400 Bad Request: From, To, Call-ID, CSeq or Max-Forwards stands twice",
    ],
    [
      "20: two Call-ID",
      { extra: ["i: x"] },
      "400 Bad Request: From, To, Call-ID, CSeq or Max-Forwards stands twice",
    ],
    ["20.42: Via is malformed", { via: ["SIP/2.0/UDP a;;"] }, "400 Bad Request: Via is missing or malformed"],
    [
      "16.3 step 2: request-URI without a scheme",
      { uri: "100" },
      "400 Bad Request: Request-URI is malformed",
    ],
    [
      "16.3 step 2: SIP URI that does not parse",
      { uri: "sip:a@" },
      "400 Bad Request: Request-URI is malformed",
    ],
    ["16.3 step 2: the same in capitals", { uri: "SIP:a@" }, "400 Bad Request: Request-URI is malformed"],
    [
      "19.1.1: headers in the request-URI",
      { uri: "sip:a@b?X=y" },
      "400 Bad Request: Request-URI has headers",
    ],
    ["16.3 step 2: unknown scheme", { uri: "nobody:knows" }, "416 Unsupported URI Scheme"],
    ["16.3 step 2: a scheme from Object.prototype", { uri: "constructor:a" }, "416 Unsupported URI Scheme"],
    ["16.3 step 3: no hop is left", { maxForwards: "0" }, "483 Too Many Hops"],
    [
      "16.3 step 3: Max-Forwards is no number",
      { maxForwards: "x" },
      "400 Bad Request: Max-Forwards is not 0 to 255",
    ],
    ["16.3 step 5: Proxy-Require", { extra: ["Proxy-Require: a"] }, "420 Bad Extension"],
  ];
  it.each(rows)("%s", (_name, words, reply) => {
    const sent = proxy.receive(requestText(words));
    expect(sent.map(({ text }) => text.split("\r\n")[0])).toEqual([`SIP/2.0 ${reply}`]);
    expect(sent[0]?.to).toBe("192.0.2.10 5060");
  });

  it("21.5.6: another version is a 505", () => {
    const [sent] = proxy.receive(requestText().replace("SIP/2.0\r\n", "SIP/3.0\r\n"));
    expect(sent?.text).toMatch(/^SIP\/2.0 505 Version Not Supported\r\n/);
  });

  it("16.3 step 5, 20.40: the 420 names all that was required", () => {
    const [sent] = proxy.receive(requestText({ extra: ["Proxy-Require: a, b", "Proxy-Require: c"] }));
    expect(valuesOf(sent!.text, "Unsupported")).toEqual(["a, b", "c"]);
  });

  const silent: [string, string][] = [
    ["17.1.1.3: a malformed ACK", requestText({ method: "ACK", cseq: "1 INVITE" })],
    ["18.2.2: nowhere to send it: no Via", requestText({ via: [] })],
    ["7: not SIP", "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"],
    ["RFC 5626 3.5.1: keep-alive", "\r\n\r\n"],
    ["RFC 5389: a STUN binding request", `\0\x01\0\0${"\x21".repeat(16)}`],
  ];
  it.each(silent)("not answered, %s", (_name, text) => expect(proxy.receive(text)).toEqual([]));

  const passed: [string, RequestWords][] = [
    ["16.3 step 5: ACK cannot be refused for Proxy-Require", { method: "ACK", extra: ["Proxy-Require: a"] }],
    ["16.3 step 5: nor can CANCEL", { method: "CANCEL", extra: ["Proxy-Require: a"] }],
    ["16.3: Require is for the endpoint", { extra: ["Require: a"] }],
    ["16.3: an unknown method", { method: "FROBNICATE" }],
    ["8.1.1.3: From without a tag (RFC 2543)", { from: "sip:a@b" }],
    ["16.3: odd schemes in To and From", { from: "<http://a>;tag=1", to: "isbn:1" }],
    ["a tel: request-URI", { uri: "tel:+1-201-555-0123" }],
  ];
  it.each(passed)("goes on, %s", (_name, words) => {
    expect(proxy.receive(requestText(words))[0]?.to).toBe("203.0.113.9 5070");
  });

  it("18.3: what is behind Content-Length does not go on", () => {
    const text = requestText({ body: "body" });
    expect(proxy.receive(`${text}INVITE sip:b SIP/2.0\r\n\r\n`)[0]?.text.endsWith("\r\n\r\nbody")).toBe(true);
  });
});

describe("where a response of ours goes", () => {
  const rows: [name: string, via: string, to: string, from?: string, by?: number][] = [
    [
      "18.2.2: to the source, at the port of sent-by",
      "SIP/2.0/UDP 192.0.2.10:5077",
      "192.0.2.99 5077",
      "192.0.2.99 4000",
    ],
    ["18.2.2: at 5060 where sent-by has none", "SIP/2.0/UDP a.example", "192.0.2.99 5060", "192.0.2.99 4000"],
    [
      "RFC 3581 4: at the source port where rport asks for it",
      "SIP/2.0/UDP a.example;rport",
      "192.0.2.99 4000",
      "192.0.2.99 4000",
    ],
    [
      "RFC 3581 4: whatever rport says",
      "SIP/2.0/UDP a.example;rport=9;received=192.0.2.1",
      "192.0.2.99 4000",
      "192.0.2.99 4000",
    ],
    [
      "18.2.2: to maddr",
      "SIP/2.0/UDP a.example:5077;maddr=192.0.2.200",
      "192.0.2.200 5077",
      "192.0.2.99 4000",
    ],
    [
      "maddr that is a name: to the source",
      "SIP/2.0/UDP a.example;maddr=b.example",
      "192.0.2.99 4000",
      "192.0.2.99 4000",
    ],
    [
      "maddr that this listener cannot reach: to the source",
      "SIP/2.0/UDP a.example;maddr=[::1]",
      "192.0.2.99 4000",
      "192.0.2.99 4000",
    ],
    ["IPv6", "SIP/2.0/UDP [2001:db8::7]:5077", "2001:db8::7 5077", "2001:db8::7 4000", 1],
    [
      "RFC 4475 3.1.2.1: Via that cannot be read: to the source",
      "SIP/2.0/UDP a;;,;,,",
      "192.0.2.99 4000",
      "192.0.2.99 4000",
    ],
  ];
  it.each(rows)("%s", async (_name, via, to, from, by) => {
    const proxy = await startProxy({
      listeners: ["198.51.100.1:5060", "[2001:db8::1]:5060"],
      route: 'function request_route() { sl_send_reply(404, "Nobody"); }',
    });
    const [sent] = proxy.receive(requestText({ via: [via] }), from, by);
    expect(sent?.to).toBe(to);
    expect(sent?.by).toBe(by === 1 ? "2001:db8::1:5060" : "198.51.100.1:5060");
  });
});

describe("responses of the script", () => {
  const route = (code: string) => ({ route: `function request_route() { ${code} }` });

  it("8.2.6.2: 100 has no To tag, the final response has, and the request goes on behind a 100", async () => {
    const proxy = await startProxy(route('sl_send_reply(100, "Trying"); forward("203.0.113.9");'));
    const sent = proxy.receive(requestText());
    expect(sent.map(({ text }) => text.split("\r\n")[0])).toEqual([
      "SIP/2.0 100 Trying",
      "INVITE sip:100@203.0.113.9 SIP/2.0",
    ]);
    expect(valuesOf(sent[0]!.text, "To")).toEqual(["<sip:100@203.0.113.9>"]);
  });

  it("8.2.7: a retransmission gets the same response, another call another tag", async () => {
    const proxy = await startProxy(route('sl_send_reply(404, "Nobody");'));
    const reply = (words: RequestWords = {}) => proxy.receive(requestText(words))[0]!.text;
    expect(reply()).toBe(reply());
    const tag = (text: string) => valuesOf(text, "To")[0];
    expect(tag(reply({ callId: "x" }))).not.toBe(tag(reply()));
  });

  it("17.1.1.3: the ACK to a response of ours ends here; another ACK goes on", async () => {
    const proxy = await startProxy(
      route('if (method === "ACK") forward("203.0.113.9"); else sl_send_reply(404, "Nobody");'),
    );
    const to = valuesOf(proxy.receive(requestText())[0]!.text, "To")[0]!;
    expect(proxy.receive(requestText({ method: "ACK", to }))).toEqual([]);
    expect(proxy.counters.acks_absorbed).toBe(1);
    expect(proxy.receive(requestText({ method: "ACK", to: `${to}x`.replace("sb", "bs") }))).toHaveLength(1);
  });

  const failures: [
    name: string,
    code: string,
    method: string,
    statuses: string[],
    counter: "script_undecided" | "script_errors" | "requests_dropped",
  ][] = [
    ["undecided is a 500", "", "INVITE", ["500"], "script_undecided"],
    ["undecided, CANCEL", "", "CANCEL", ["500"], "script_undecided"],
    [
      "a 100 alone is undecided",
      'sl_send_reply(100, "Trying");',
      "INVITE",
      ["100", "500"],
      "script_undecided",
    ],
    [
      "a throw is a 500, and nothing else is sent",
      'sl_send_reply(100, "Trying"); throw new Error("x");',
      "INVITE",
      ["500"],
      "script_errors",
    ],
    ["drop() is silence", "drop();", "INVITE", [], "requests_dropped"],
    ["a throw, ACK: silence", 'throw new Error("x");', "ACK", [], "script_errors"],
  ];
  it.each(failures)("%s", async (_name, code, method, statuses, counter) => {
    const proxy = await startProxy(route(code));
    const sent = proxy.receive(requestText({ method }));
    expect(sent.map(({ text }) => text.split(" ")[1])).toEqual(statuses);
    expect(proxy.counters[counter]).toBe(1);
  });

  it("undecided, ACK: silence, and no error (17.1.1.3)", async () => {
    const proxy = await startProxy(route(""));
    expect(proxy.receive(requestText({ method: "ACK", via: [VIA] }))).toEqual([]);
    expect(proxy.counters.script_undecided).toBe(0);
  });
});
