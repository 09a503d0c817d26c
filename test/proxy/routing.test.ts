/** Route information preprocessing (RFC 3261 16.4, 16.6 step 6; 16.12 has the examples), through the whole pipeline. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestText, valuesOf } from "../support/sip-message.ts";
import { closeProxies, startProxy, type TestProxy } from "../support/sip-proxy.ts";

const A = "198.51.100.1:5060";
const B = "198.51.100.2:5080";
const V6 = "[2001:db8::1]:5060";
const UAS = "sip:bob@203.0.113.50:5066";
const NEXT = "<sip:203.0.113.60;lr>";
const NEXT_AFTER = "<sip:203.0.113.61;lr>";

const IN_DIALOG = `function request_route() {
  if (!loose_route()) insert_hf("X-Loose: no");
  forward();
}`;

let proxy: TestProxy;
beforeAll(async () => {
  proxy = await startProxy({ route: IN_DIALOG, listeners: [A, B, V6], aliases: ["proxy.example"] });
});
afterAll(closeProxies);

interface Row {
  readonly name: string;
  /** Route lines as they arrive. */
  readonly routes: readonly string[];
  /** Route lines as they leave. */
  readonly left: readonly string[];
  /** Where to; the UAS where not given. */
  readonly to?: string;
  readonly uri?: string;
  readonly uriLeft?: string;
  /** Index of the listener that it leaves by. */
  readonly by?: number;
  /** False: loose_route() says no. */
  readonly loose?: boolean;
  readonly toTag?: boolean;
}

const rows: readonly Row[] = [
  { name: "16.4: ours is the only one", routes: [`<sip:${A};lr>`], left: [] },
  { name: "16.4: lr=on is lr too", routes: [`<sip:${A};lr=on>`], left: [] },
  { name: "16.4: with user, name and parameters", routes: [`"P" <sip:x@${A};lr>;y=z`], left: [] },
  { name: "19.1.2: no port is 5060", routes: ["<sip:198.51.100.1;lr>"], left: [] },
  {
    name: "19.1.2: another port is not ours",
    routes: ["<sip:198.51.100.1:5099;lr>"],
    left: ["<sip:198.51.100.1:5099;lr>"],
    to: "198.51.100.1 5099",
  },
  { name: "an alias is ours", routes: ["<sip:Proxy.example;lr>"], left: [] },
  {
    name: "16.4: ours and the next, on two lines",
    routes: [`<sip:${A};lr>`, NEXT],
    left: [NEXT],
    to: "203.0.113.60 5060",
  },
  {
    name: "16.4: ours and the next, on one line",
    routes: [`<sip:${A};lr>, ${NEXT}`],
    left: [NEXT],
    to: "203.0.113.60 5060",
  },
  {
    name: "7.3.1: the values that stay keep their text",
    routes: [`<sip:${A};lr> ,  ${NEXT} ;a , ${NEXT_AFTER}`, '"x,y" <sip:z>'],
    left: [`${NEXT} ;a , ${NEXT_AFTER}`, '"x,y" <sip:z>'],
    to: "203.0.113.60 5060",
  },
  {
    name: "16.4: not ours on top",
    routes: [NEXT, `<sip:${A};lr>`],
    left: [NEXT, `<sip:${A};lr>`],
    to: "203.0.113.60 5060",
  },
  {
    name: "16.4: only the top one goes: a spiral",
    routes: [`<sip:${A};lr>`, `<sip:${A};lr>`],
    left: [`<sip:${A};lr>`],
    to: "198.51.100.1 5060",
  },
  {
    name: "r2: our pair, to the side of the second",
    routes: [`<sip:${A};r2=on;lr>`, `<sip:${B};r2=on;lr>`],
    left: [],
    by: 1,
  },
  {
    name: "r2: our pair, the other way",
    routes: [`<sip:${B};r2=on;lr>,<sip:${A};r2=on;lr>`],
    left: [],
    by: 0,
  },
  {
    name: "r2: our pair, and the next",
    routes: [`<sip:${A};r2=on;lr>,<sip:${B};r2=on;lr>`, NEXT],
    left: [NEXT],
    to: "203.0.113.60 5060",
    by: 1,
  },
  { name: "r2: one of a pair alone", routes: [`<sip:${B};r2=on;lr>`], left: [], by: 1 },
  {
    name: "r2: the second listener cannot reach the next hop",
    routes: [`<sip:${A};r2=on;lr>`, `<sip:${V6};r2=on;lr>`],
    left: [],
    by: 0,
  },
  {
    name: "r2: the pair of IPv6 and IPv4",
    routes: [`<sip:${V6};r2=on;lr>`, `<sip:${B};r2=on;lr>`],
    left: [],
    by: 1,
  },
  {
    name: "16.6 step 6: the next is a strict router",
    routes: [`<sip:${A};lr>`, "<sip:203.0.113.60>", NEXT_AFTER],
    left: [NEXT_AFTER, `<${UAS}>`],
    to: "203.0.113.60 5060",
    uriLeft: "sip:203.0.113.60",
  },
  {
    name: "16.6 step 6: a strict router is all there is",
    routes: ["<sip:203.0.113.60>"],
    left: [`<${UAS}>`],
    to: "203.0.113.60 5060",
    uriLeft: "sip:203.0.113.60",
  },
  {
    name: "16.4: a strict router came before us",
    uri: `sip:${A};lr`,
    routes: [NEXT, `<${UAS}>`],
    left: [NEXT],
    to: "203.0.113.60 5060",
    uriLeft: UAS,
  },
  {
    name: "16.4: and only the target is left",
    uri: `sip:${A};lr`,
    routes: [`<${UAS}>`],
    left: [],
    uriLeft: UAS,
  },
  {
    name: "16.4: with our pair, of which the rest is a Route",
    uri: `sip:${A};r2=on;lr`,
    routes: [`<sip:${B};r2=on;lr>`, `<${UAS}>`],
    left: [],
    uriLeft: UAS,
    by: 1,
  },
  {
    name: "16.12.1.2: strict routers before and after us",
    uri: `sip:${A};lr`,
    routes: ["<sip:203.0.113.60>", `<${UAS}>`],
    left: [`<${UAS}>`],
    to: "203.0.113.60 5060",
    uriLeft: "sip:203.0.113.60",
  },
  {
    name: "16.4: our URI without lr is a request to us, not a strict router's",
    uri: "sip:203.0.113.50:5066",
    routes: [NEXT],
    left: [NEXT],
    to: "203.0.113.60 5060",
  },
  { name: "no Route", routes: [], left: [], loose: false },
  { name: "malformed Route", routes: [`<sip:${A};lr`], left: [`<sip:${A};lr`], loose: false },
  { name: "malformed behind ours", routes: [`<sip:${A};lr>, x`], left: [`<sip:${A};lr>, x`], loose: false },
  {
    name: "next one is no SIP URI",
    routes: [`<sip:${A};lr>`, "<tel:+1>"],
    left: [`<sip:${A};lr>`, "<tel:+1>"],
    loose: false,
  },
  {
    name: "16.4: a preloaded Route of ours, no dialog: no, but it goes",
    routes: [`<sip:${A};lr>`],
    left: [],
    toTag: false,
    loose: false,
  },
  {
    name: "a preloaded Route of ours and the next",
    routes: [`<sip:${A};lr>`, NEXT],
    left: [NEXT],
    to: "203.0.113.60 5060",
    toTag: false,
  },
];

describe.each(["ACK", "BYE", "INVITE"])("%s with Route", (method) => {
  it.each(rows)("$name", (row) => {
    const text = requestText({
      method,
      uri: row.uri ?? UAS,
      to: row.toTag === false ? "<sip:bob@b>" : "<sip:bob@b>;tag=b1",
      extra: row.routes.map((value) => `Route: ${value}`),
    });
    const sent = proxy.receive(text);
    expect(sent).toHaveLength(1);
    const { text: out, to, by } = sent[0]!;
    expect(valuesOf(out, "Route")).toEqual(row.left);
    expect(to).toBe(row.to ?? "203.0.113.50 5066");
    expect(out.split("\r\n")[0]).toBe(`${method} ${row.uriLeft ?? row.uri ?? UAS} SIP/2.0`);
    const listener = proxy.local.listeners[row.by ?? 0]!;
    expect(by).toBe(`${listener.host}:${listener.port}`);
    expect(valuesOf(out, "X-Loose")).toEqual(row.loose === false ? ["no"] : []);
  });
});

it("12.2.1.1, 16.12.1.1: what record_route() wrote leads each side's requests back through both listeners", async () => {
  const both = await startProxy({
    listeners: [A, V6],
    route: `function request_route() {
      if (loose_route()) return forward();
      record_route();
      forward("sip:[2001:db8::50]:5066");
    }`,
  });
  const [invite] = both.receive(requestText());
  const recorded = valuesOf(invite!.text, "Record-Route");
  // The callee keeps their order, the caller turns it round (12.1.1, 12.1.2).
  const bye = (routes: string[], uri: string, from: string, by: number) =>
    both.receive(
      requestText({
        method: "BYE",
        uri,
        to: "<sip:b>;tag=b1",
        extra: routes.map((each) => `Route: ${each}`),
      }),
      from,
      by,
    );
  const [down] = bye([...recorded].reverse(), "sip:b@[2001:db8::50]:5066", "192.0.2.10 5060", 0);
  expect(down).toMatchObject({ to: "2001:db8::50 5066", by: "2001:db8::1:5060" });
  const [up] = bye(recorded, "sip:a@192.0.2.10:5060", "2001:db8::50 5066", 1);
  expect(up).toMatchObject({ to: "192.0.2.10 5060", by: "198.51.100.1:5060" });
  for (const sent of [down, up]) expect(valuesOf(sent!.text, "Route")).toEqual([]);
});

it("without loose_route(), the Route header is the script's to keep or to remove", async () => {
  const extra = [`Route: ${NEXT}`];
  const keep = await startProxy({ route: 'function request_route() { forward("203.0.113.9"); }' });
  expect(valuesOf(keep.receive(requestText({ extra }))[0]!.text, "Route")).toEqual([NEXT]);
  const remove = await startProxy({
    route: 'function request_route() { remove_hf("Route"); loose_route(); forward(); }',
  });
  const [sent] = remove.receive(
    requestText({ extra: [`Route: <sip:${A};lr>, ${NEXT}`], to: "<sip:b>;tag=1" }),
  );
  expect(valuesOf(sent!.text, "Route")).toEqual([]);
});
