/** Hostile datagrams: nothing throws out of the pipeline, none costs more than its share, and calls go on afterwards. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/support/clock.ts";
import { seededRandom } from "../../src/support/random.ts";
import { requestText, responseText, VIA } from "../support/sip-message.ts";
import { closeProxies, NEXT_HOP, PROXY, startProxy, type TestProxy } from "../support/sip-proxy.ts";

const CORPUS = process.env.SIGNALBOX_CORPUS ?? join(import.meta.dirname, "../../../shared/corpus/rfc4475");
const OURS = `SIP/2.0/UDP ${PROXY};branch=z9hG4bKx.0`;
const BOX_MS = 2000;
const SEED = 4475;

let proxy: TestProxy;
beforeAll(async () => {
  proxy = await startProxy({
    route: `function request_route() {
      loose_route(); record_route(); has_totag();
      pv.get("$fU"); pv.get("$tU"); pv.get("$ct"); pv.get("$hdr(Subject)");
      forward("sip:203.0.113.9:5070");
    }
    function reply_route() { pv.get("$fU"); }`,
  });
});
afterAll(closeProxies);

function expectGoodCall(): void {
  expect(proxy.receive(requestText())[0]?.to).toBe(NEXT_HOP);
  expect(proxy.receive(responseText({ via: [OURS, VIA] }))[0]?.to).toBe("192.0.2.10 5060");
}

/** Next Vias that are numeric: a name would go to the resolver of this machine. */
function seeds(): string[] {
  const own = [
    requestText({
      extra: [`Route: <sip:${PROXY};lr>, <sip:203.0.113.60;lr>`, "Subject: a\r\n b"],
      body: "body",
    }),
    requestText({
      via: [`${VIA};rport;received=192.0.2.1, SIP/2.0/TCP b`],
      method: "BYE",
      to: "<sip:b>;tag=1",
    }),
  ];
  if (!existsSync(CORPUS)) return own;
  const corpus = readdirSync(CORPUS).map((file) => readFileSync(join(CORPUS, file), "latin1"));
  return [...own, ...corpus.filter((text) => !text.startsWith("SIP/"))];
}

const SPLICES = [
  "\r\n",
  "\n ",
  ":",
  ";",
  ",",
  '"',
  "<",
  ">",
  "\\",
  "\0",
  "[",
  "]",
  "@",
  "=",
  "%",
  "Via: ",
  ";rport",
  ";lr",
  "\xff",
  ";__proto__",
  "SIP/2.0",
];

describe("seeded and boxed in time", () => {
  it(`random bytes and mutated messages, ${BOX_MS} ms, seed ${SEED}`, () => {
    const random = seededRandom(SEED);
    const below = (limit: number): number => Math.floor(random.next() * limit);
    const texts = seeds();
    const end = systemClock.now() + BOX_MS;
    let count = 0;
    while (systemClock.now() < end) {
      let text = texts[below(texts.length)]!;
      if (count % 10 === 0)
        text = String.fromCharCode(...Array.from({ length: below(400) }, () => below(256)));
      else {
        for (let n = 1 + below(4); n > 0; n--) {
          const at = below(text.length);
          text = text.slice(0, at) + SPLICES[below(SPLICES.length)] + text.slice(at + below(6));
        }
      }
      expect(() => proxy.receive(text), JSON.stringify(text)).not.toThrow();
      proxy.sent.length = 0;
      count++;
    }
    expect(count).toBeGreaterThan(100);
    expectGoodCall();
  });
});

type Make = (size: number) => string;
const viaWith = (text: string): string => requestText({ via: [`SIP/2.0/UDP a;branch=z9hG4bKa${text}`] });
const headerWith = (text: string): string => requestText({ extra: [`Subject: ${text}`, "X: y"] });

const FLOODS: [string, Make][] = [
  ["blanks before the value of Via's end", (n) => viaWith(`${" ".repeat(n)};received=b`)],
  ["blanks in Via and no parameter", (n) => viaWith(`;received=b;x${" ".repeat(n)}`)],
  ["blanks within a folded value", (n) => headerWith(`a${" ".repeat(n)}b\r\n c`)],
  ["folds", (n) => headerWith(`a${"\r\n b".repeat(n / 4)}`)],
  ["empty folds", (n) => headerWith(`a${"\r\n ".repeat(n / 3)}`)],
  ["commas in Via", (n) => viaWith(",".repeat(n))],
  ["semicolons in Via", (n) => viaWith(";".repeat(n))],
  ["parameters in Via", (n) => viaWith(";received".repeat(n / 9))],
  ["quotes in From", (n) => requestText({ from: '"'.repeat(n) })],
  ["escapes in From", (n) => requestText({ from: `"${'\\"'.repeat(n / 2)}` })],
  ["brackets in From", (n) => requestText({ from: "<".repeat(n) })],
  ["brackets in Via", (n) => viaWith("[".repeat(n))],
  ["commas in Route", (n) => requestText({ extra: [`Route: ${",".repeat(n)}`] })],
  ["values in Route", (n) => requestText({ extra: [`Route: ${"<sip:a;lr>,".repeat(n / 11)}<sip:a>`] })],
  ["semicolons in the request-URI", (n) => requestText({ uri: `sip:a@b${";".repeat(n)}` })],
  ["dots in the request-URI", (n) => requestText({ uri: `sip:a@${"a.".repeat(n / 2)}-` })],
  ["escapes in the request-URI", (n) => requestText({ uri: `sip:${"%41".repeat(n / 3)}@b` })],
  ["blanks in the request line", (n) => requestText({ uri: " ".repeat(n) })],
  ["lines without a colon", (n) => requestText({ extra: ["a\r\n".repeat(n / 3)] })],
  ["empty headers", (n) => requestText({ extra: ["a:\r\n".repeat(n / 4)] })],
  ["digits in CSeq", (n) => requestText({ cseq: `${"1".repeat(n)} INVITE` })],
  ["blank lines", (n) => "\r\n".repeat(n / 2) + requestText()],
  ["NULs", (n) => headerWith("\0".repeat(n))],
  ["nothing but NULs", (n) => "\0".repeat(n)],
];

/** Least of several, in milliseconds: what else the machine does only ever adds. */
function cost(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = systemClock.now();
    proxy.receive(text);
    least = Math.min(least, systemClock.now() - start);
    proxy.sent.length = 0;
  }
  return least;
}

describe("8 times the size costs nowhere near 64 times", () => {
  it.each(FLOODS)("%s", (_name, make) => {
    const small = cost(make(7_500));
    const large = cost(make(60_000));
    // Linear is 8. The constant keeps noise out where both are next to nothing.
    expect(large).toBeLessThan(30 * (small + 0.2));
    expectGoodCall();
  });
});

describe("names from Object.prototype are names like any other", () => {
  const rows: [string, string][] = ["__proto__", "constructor", "toString", "hasOwnProperty"].flatMap(
    (name): [string, string][] => [
      [`${name} in Via`, viaWith(`;${name};${name}=1`)],
      [`${name} in the request-URI`, requestText({ uri: `sip:a@b;${name};${name}=1` })],
      [`${name} in From`, requestText({ from: `<sip:a@b;${name}>;${name}` })],
      [`${name} as header`, requestText({ extra: [`${name}: 1`] })],
      [`${name} as method`, requestText({ method: name })],
    ],
  );
  it.each(rows)("%s", (_name, text) => {
    expect(proxy.receive(text)[0]?.to).toBe(NEXT_HOP);
    expectGoodCall();
  });
});
