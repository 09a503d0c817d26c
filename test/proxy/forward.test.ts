/** Request forwarding (RFC 3261 16.6) and what a script changes on the way, through the whole pipeline. */
import { afterAll, describe, expect, it } from "vitest";
import { type RequestWords, requestText, VIA, valuesOf } from "../support/sip-message.ts";
import {
  closeProxies,
  NEXT_HOP,
  PROXY,
  type Sent,
  startProxy,
  type TestProxyOptions,
} from "../support/sip-proxy.ts";

afterAll(closeProxies);

const OURS = `SIP/2.0/UDP ${PROXY};branch=z9hG4bK`;
const forwardAfter = (code: string) =>
  `function request_route() { ${code}; forward("sip:203.0.113.9:5070"); }`;

async function forwarded(
  words: RequestWords,
  options: TestProxyOptions & { readonly from?: string; readonly by?: number } = {},
): Promise<Sent> {
  const proxy = await startProxy(options);
  const sent = proxy.receive(requestText(words), options.from, options.by);
  expect(sent).toHaveLength(1);
  return sent[0]!;
}

describe("Via", () => {
  const rows: [name: string, via: string[], expected: string[], from?: string][] = [
    ["16.6 step 8: ours stands on top", [VIA], [VIA]],
    [
      "16.6 step 8: on a line of its own, above a joined one",
      [`${VIA}, SIP/2.0/TCP b;branch=2`],
      [`${VIA}, SIP/2.0/TCP b;branch=2`],
    ],
    [
      "18.2.1: received where sent-by is another address",
      [VIA],
      [`${VIA};received=192.0.2.77`],
      "192.0.2.77 5060",
    ],
    [
      "18.2.1: received where sent-by is a name",
      ["SIP/2.0/UDP a.example"],
      ["SIP/2.0/UDP a.example;received=192.0.2.10"],
    ],
    [
      "18.2.1: on the top value of a joined line",
      ["SIP/2.0/UDP a , SIP/2.0/UDP b;rport"],
      ["SIP/2.0/UDP a;received=192.0.2.10 , SIP/2.0/UDP b;rport"],
    ],
    [
      "RFC 3581 4: rport is filled in, received always goes with it",
      [`${VIA};rport`],
      [`${VIA};rport=5066;received=192.0.2.10`],
      "192.0.2.10 5066",
    ],
    [
      "RFC 3581 4: forged values are replaced",
      [`${VIA};rport=1;received=203.0.113.1`],
      [`${VIA};rport=5066;received=192.0.2.10`],
      "192.0.2.10 5066",
    ],
    [
      "RFC 3581 4: a forged received alone asks for no rport",
      [`${VIA};received=203.0.113.1`],
      [VIA],
      "192.0.2.10 5066",
    ],
    [
      "7.3.1: odd case and blanks stay as they are",
      ["sip / 2.0 / udp  192.0.2.10 ;BRANCH=x"],
      ["sip / 2.0 / udp  192.0.2.10 ;BRANCH=x"],
    ],
    ["the Vias below stay as they are", [VIA, "SIP/2.0/SCTP  b ; rport"], [VIA, "SIP/2.0/SCTP  b ; rport"]],
  ];
  it.each(rows)("%s", async (_name, via, expected, from) => {
    const [ours, ...below] = valuesOf((await forwarded({ via }, { ...(from && { from }) })).text, "Via");
    expect(ours).toMatch(/^SIP\/2\.0\/UDP 198\.51\.100\.1:5060;branch=z9hG4bK[0-9a-z]+\.0$/);
    expect(below).toEqual(expected);
  });

  it("16.6: of the rest, only Max-Forwards is another byte", async () => {
    const words = { extra: ["X-a:  b ", "Subject: a\r\n\tb", "x-A:c"], body: "\0\xff\r\n" };
    const { text } = await forwarded(words);
    const own = text.split("\r\n").slice(1, 2);
    expect(own[0]).toContain(OURS);
    expect(text).toBe(requestText({ ...words, maxForwards: "69" }).replace("\r\n", `\r\n${own[0]}\r\n`));
  });
});

describe("Max-Forwards", () => {
  const rows: [name: string, arrived: string | undefined, code: string, left: string | number][] = [
    ["16.6 step 3: one less", "70", "", "69"],
    ["16.6 step 3: 70 where there is none", undefined, "", "70"],
    ["16.6 step 3: leading zeros", "0068", "", "67"],
    ["20.22: from 255", "255", "", "254"],
    ["16.3 step 3: 1 still goes on", "1", "", "0"],
    ["16.3 step 3: 0 does not", "0", "", 483],
    ["16.3 step 3: 0 does not, whatever the script thinks of it", "0", "mf_process_maxfwd_header(10)", 483],
    ["20.22: 256 is malformed", "256", "", 400],
    ["maxfwd: the limit where there is none", undefined, "mf_process_maxfwd_header(10)", "10"],
    ["maxfwd: one less", "7", "mf_process_maxfwd_header(10)", "6"],
    ["maxfwd: not more than 70 to begin with", "200", "mf_process_maxfwd_header(10)", "69"],
    ["the script removes it: it is there nevertheless", "70", 'remove_hf("Max-Forwards")', "69"],
  ];
  it.each(rows)("%s", async (_name, maxForwards, code, left) => {
    const { text } = await forwarded({ maxForwards }, { route: forwardAfter(code) });
    if (typeof left === "number") expect(text).toMatch(new RegExp(`^SIP/2.0 ${left} `));
    else expect(valuesOf(text, "Max-Forwards")).toEqual([left]);
  });

  it("16.3 step 3, 17.1.1.3: an ACK with 0 is not answered", async () => {
    const proxy = await startProxy();
    expect(proxy.receive(requestText({ method: "ACK", maxForwards: "0" }))).toEqual([]);
  });

  it("16.3: one that stands twice is refused, since only one could be counted down", async () => {
    const { text } = await forwarded({ extra: ["Max-Forwards: 5"] });
    expect(text).toMatch(/^SIP\/2.0 400 /);
  });
});

describe("Record-Route (16.6 step 4)", () => {
  const V4 = "198.51.100.1:5060";
  const V6 = "[2001:db8::1]:5060";
  const toV6 = 'function request_route() { record_route(); forward("sip:[2001:db8::9]:5070"); }';
  const rows: [string, TestProxyOptions & { by?: number; from?: string }, string[], string[]][] = [
    ["one where it leaves by the listener that it came in by", {}, [], [`<sip:${V4};lr>`]],
    [
      "on top of those that are there",
      {},
      ["<sip:a;lr>, <sip:b;lr>", "<sip:c>"],
      [`<sip:${V4};lr>`, "<sip:a;lr>, <sip:b;lr>", "<sip:c>"],
    ],
    [
      "two from IPv4 to IPv6, that of the side it leaves by on top",
      { listeners: [V4, V6], route: toV6 },
      [],
      [`<sip:${V6};r2=on;lr>`, `<sip:${V4};r2=on;lr>`],
    ],
    [
      "two from IPv6 to IPv4",
      { listeners: [V4, V6], by: 1, from: "2001:db8::7 5060" },
      [],
      [`<sip:${V4};r2=on;lr>`, `<sip:${V6};r2=on;lr>`],
    ],
    [
      "one within IPv6",
      { listeners: [V4, V6], by: 1, from: "2001:db8::7 5060", route: toV6 },
      [],
      [`<sip:${V6};lr>`],
    ],
    [
      "what is advertised",
      { listeners: [`0.0.0.0:5060 sip.example.com:6060`] },
      [],
      ["<sip:sip.example.com:6060;lr>"],
    ],
    [
      "once, though asked for twice",
      { route: forwardAfter("record_route(); record_route()") },
      [],
      [`<sip:${V4};lr>`],
    ],
  ];
  it.each(rows)("%s", async (_name, options, there, expected) => {
    const route = options.route ?? forwardAfter("record_route()");
    const extra = there.map((value) => `Record-Route: ${value}`);
    const { text } = await forwarded({ extra }, { ...options, route });
    expect(valuesOf(text, "Record-Route")).toEqual(expected);
  });

  it("stands behind the Vias where there was none", async () => {
    const { text } = await forwarded({}, { route: forwardAfter("record_route()") });
    const names = text.split("\r\n").map((line) => line.split(":")[0]);
    expect(names.slice(1, 5)).toEqual(["Via", "Via", "Record-Route", "Max-Forwards"]);
  });
});

describe("listeners", () => {
  const A = "198.51.100.1:5060";
  const B = "198.51.100.2:5060";
  const V6 = "[2001:db8::1]:5060";
  const toSet = "function request_route() { if (ds_select_dst(1, 4)) forward(); }";
  const rows: [string, TestProxyOptions & { by?: number }, number, string][] = [
    ["18.1.1: by the one it came in by", { listeners: [A, B], by: 1 }, 1, NEXT_HOP],
    ["by the first of the family of the next hop", { listeners: [V6, B, A], by: 0 }, 1, NEXT_HOP],
    ["advertised: the Via says so", { listeners: ["0.0.0.0:5060 203.0.113.200:6060"] }, 0, NEXT_HOP],
    [
      "socket of the destination, in a set",
      {
        listeners: ["127.0.0.2:5060", "127.0.0.1:5060"],
        list: ["1 sip:127.0.0.9:5070 0 0 socket=udp:127.0.0.1:5060"],
        route: toSet,
      },
      1,
      "127.0.0.9 5070",
    ],
    [
      "socket of the wrong family: by the first of the right one",
      {
        listeners: [V6, "127.0.0.1:5060"],
        by: 0,
        list: ["1 sip:[2001:db8::9]:5070 0 0 socket=udp:127.0.0.1:5060"],
        route: toSet,
      },
      0,
      "2001:db8::9 5070",
    ],
  ];
  it.each(rows)("%s", async (_name, options, index, to) => {
    const proxy = await startProxy(options);
    const from = options.by === 0 && options.listeners?.[0] === V6 ? "2001:db8::7 5060" : undefined;
    const [sent] = proxy.receive(requestText(), from, options.by);
    const by = proxy.local.listeners[index]!;
    expect(sent).toMatchObject({ to, by: `${by.host}:${by.port}` });
    expect(sent?.text).toContain(`\r\n${by.viaPrefix}`);
    const came = options.by ?? 0;
    expect(sent?.text).toMatch(new RegExp(`branch=z9hG4bK[0-9a-z]+\\.${came}\r\n`));
  });
});

describe("where to, and request-URI", () => {
  const rows: [name: string, code: string, to: string, uri: string, list?: string[]][] = [
    ["16.6 step 7: the request-URI says where to", "forward()", "203.0.113.9 5060", "sip:100@203.0.113.9"],
    [
      "19.1.2: maddr of the request-URI",
      'uri = "sip:a@b;maddr=203.0.113.8"; forward()',
      "203.0.113.8 5060",
      "sip:a@b;maddr=203.0.113.8",
    ],
    [
      "forward(uri) leaves the request-URI",
      'forward("sip:x@203.0.113.8:5071")',
      "203.0.113.8 5071",
      "sip:100@203.0.113.9",
    ],
    ["forward(host, port)", 'forward("203.0.113.8", 5071)', "203.0.113.8 5071", "sip:100@203.0.113.9"],
    [
      "forward(host, port as a text)",
      'forward("203.0.113.8", "5071")',
      "203.0.113.8 5071",
      "sip:100@203.0.113.9",
    ],
    ["forward(IPv4)", 'forward("203.0.113.8")', "203.0.113.8 5060", "sip:100@203.0.113.9"],
    [
      "$ru",
      'pv.set("$ru", "sip:b@203.0.113.8:5071"); forward()',
      "203.0.113.8 5071",
      "sip:b@203.0.113.8:5071",
    ],
    ["$rU", 'pv.set("$rU", "b"); forward()', "203.0.113.9 5060", "sip:b@203.0.113.9"],
    [
      "$rd and $rp",
      'pv.set("$rd", "203.0.113.7"); pv.set("$rp", 5071); forward()',
      "203.0.113.7 5071",
      "sip:100@203.0.113.7:5071",
    ],
    [
      "$du is only where to",
      'pv.set("$du", "sip:203.0.113.8"); forward()',
      "203.0.113.8 5060",
      "sip:100@203.0.113.9",
    ],
    [
      "$du taken back",
      'pv.set("$du", "sip:203.0.113.8"); pv.set("$du", null); forward()',
      "203.0.113.9 5060",
      "sip:100@203.0.113.9",
    ],
    [
      "forward(uri) over $du",
      'pv.set("$du", "sip:203.0.113.8"); forward("sip:203.0.113.7")',
      "203.0.113.7 5060",
      "sip:100@203.0.113.9",
    ],
    [
      "ds_select_dst is only where to",
      "ds_select_dst(1, 4); forward()",
      "203.0.113.5 5070",
      "sip:100@203.0.113.9",
      ["1 sip:203.0.113.5:5070"],
    ],
    [
      "ds_select_domain is host and port of the request-URI",
      "ds_select_domain(1, 4); forward()",
      "203.0.113.5 5070",
      "sip:100@203.0.113.5:5070",
      ["1 sip:203.0.113.5:5070"],
    ],
  ];
  it.each(rows)("%s", async (_name, code, to, uri, list) => {
    const route = `function request_route() { ${code}; }`;
    const sent = await forwarded({}, { route, ...(list && { list }) });
    expect(sent.to).toBe(to);
    expect(sent.text.split("\r\n")[0]).toBe(`INVITE ${uri} SIP/2.0`);
  });
});

describe("header edits of a script", () => {
  const rows: [
    name: string,
    code: string,
    extra: string[],
    gone: string[],
    added: [where: "first" | "last", line: string][],
  ][] = [
    [
      "append_hf",
      'append_hf("X-A: 1\\r\\nX-B: 2\\r\\n")',
      ["X: y"],
      [],
      [
        ["last", "X-A: 1"],
        ["last", "X-B: 2"],
      ],
    ],
    ["insert_hf", 'insert_hf("X-A: 1")', ["X: y"], [], [["first", "X-A: 1"]]],
    [
      "remove_hf takes all lines of any spelling",
      'remove_hf("x")',
      ["X: y", "Y: z", "x :w"],
      ["X: y", "x :w"],
      [],
    ],
    ["remove_hf takes compact forms", 'remove_hf("Subject")', ["s: y"], ["s: y"], []],
    ["remove and append", 'remove_hf("X"); append_hf("X: 2")', ["X: y"], ["X: y"], [["last", "X: 2"]]],
  ];
  it.each(rows)("%s", async (_name, code, extra, gone, added) => {
    const plain = (await forwarded({ extra })).text.split("\r\n");
    const edited = (await forwarded({ extra }, { route: forwardAfter(code) })).text.split("\r\n");
    const kept = plain.filter((line) => !gone.includes(line));
    const first = added.flatMap(([where, line]) => (where === "first" ? [line] : []));
    const last = added.flatMap(([where, line]) => (where === "last" ? [line] : []));
    // Start line and our Via, the rest, and the blank line before the empty body.
    expect(edited).toEqual([...kept.slice(0, 2), ...first, ...kept.slice(2, -2), ...last, "", ""]);
  });
});

describe("what cannot be forwarded is answered", () => {
  const rows: [name: string, code: string, status: number, listeners?: string[]][] = [
    ["16.6 step 7: tel: without a next hop", 'pv.get("$ru") && forward()', 478],
    [
      "16.6 step 7: a transport that there is no listener for",
      'forward("sip:203.0.113.9;transport=tcp")',
      478,
    ],
    ["26.2.2: sips without TLS", 'forward("sips:203.0.113.9")', 478],
    ["no listener of that address family", 'forward("sip:[2001:db8::9]")', 478],
  ];
  it.each(rows)("%s", async (_name, code, status) => {
    const proxy = await startProxy({ route: `function request_route() { ${code}; }` });
    const sent = proxy.receive(requestText({ uri: code.includes("$ru") ? "tel:+1" : "sip:a@b" }));
    expect(sent.map(({ text }) => text.split(" ")[1])).toEqual([`${status}`]);
    expect(proxy.counters.forward_failures).toBe(1);
  });

  it("18.1.1: one that no datagram holds is a 513", async () => {
    // It fits as it comes in, but not with our Via.
    const { text } = await forwarded({ body: "x".repeat(65_507 - requestText().length - 10) });
    expect(text.split("\r\n")[0]).toBe("SIP/2.0 513 Message Too Large");
  });
});
