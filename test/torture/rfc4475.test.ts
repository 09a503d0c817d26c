/**
 * RFC 4475: what a stateless proxy must do with each torture message, through the whole pipeline. The verdict of a row
 * is that of the RFC's section; the suffix letters of the corpus' file names are not.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CALLER, closeProxies, NEXT_HOP, PROXY, startProxy, type TestProxy } from "../support/sip-proxy.ts";

const CORPUS = process.env.SIGNALBOX_CORPUS ?? join(import.meta.dirname, "../../../shared/corpus/rfc4475");
const isThere = existsSync(CORPUS);

/** "forward" and "drop", or the status of the refusal. */
type Verdict = "forward" | "drop" | number;
type Row = readonly [file: string, section: string, verdict: Verdict, why: string];

const REQUESTS: readonly Row[] = [
  ["TC_WSINV", "3.1.1.1", "forward", "valid: folds, odd case, compact and empty headers, blanks in Via"],
  ["TC_INTMETH", "3.1.1.2", "forward", "valid: every character that the grammar allows"],
  ["TC_ESC01_V", "3.1.1.3", "forward", "valid: escapes are not undone by a proxy"],
  ["TC_ESCNULL_V", "3.1.1.4", "forward", "valid: an escaped NUL is a character of the user part"],
  ["TC_ESC02_V", "3.1.1.5", "forward", "valid: % in method, header name and branch is no escape"],
  ["TC_LWSDISP_V", "3.1.1.6", "forward", "valid: no blank between display name and <"],
  ["TC_LONGREQ_V", "3.1.1.7", "forward", "valid: long values"],
  ["TC_DBLREQ", "3.1.1.8", "forward", "the octets behind Content-Length are ignored, and must not go on"],
  ["TC_SEMIURI_V", "3.1.1.9", "forward", "valid: the semicolon belongs to the user part"],
  ["TC_TRANSPORTS_V", "3.1.1.10", "forward", "valid: unknown transports in Vias that are not on top"],
  ["TC_MPART01", "3.1.1.11", "forward", "valid: binary body, to be carried octet for octet"],
  ["TC_BADINV01_I", "3.1.2.1", 400, "extraneous separators in Via"],
  ["TC_CLERR_I", "3.1.2.2", 400, "Content-Length larger than the datagram"],
  ["TC_NCL_I", "3.1.2.3", 400, "negative Content-Length"],
  ["TC_SCALAR02_V", "3.1.2.4", 400, "CSeq number beyond 2**32-1"],
  ["TC_QUOTBAL_I", "3.1.2.6", 400, "unterminated quoted string in To"],
  ["TC_LTGTRURI_I", "3.1.2.7", 400, "request-URI in angle brackets"],
  ["TC_LWSRURI_I", "3.1.2.8", 400, "blank within the request-URI"],
  ["TC_LWSSTART_V", "3.1.2.9", 400, "several blanks between the elements of the request line"],
  ["TC_TRWS_I", "3.1.2.10", 400, "blanks behind the request line"],
  ["TC_ESCRURI_V", "3.1.2.11", 400, "headers in the request-URI, which a proxy must not pass on"],
  ["TC_BADDATE_V", "3.1.2.12", "forward", "a proxy need not look at Date; it may be liberal"],
  ["TC_REGBADCT_I", "3.1.2.13", "forward", "a proxy need not look at Contact (RFC 3261 16.3 step 1)"],
  [
    "TC_BADASPEC_I",
    "3.1.2.14",
    "forward",
    "blanks within addr-spec of To; a liberal element may ignore them",
  ],
  ["TC_BADDN_I", "3.1.2.15", 400, "comma in an unquoted display name"],
  ["TC_BADVERS_V", "3.1.2.16", 505, "SIP/7.0, in Via too"],
  ["TC_MISMATCH01_V", "3.1.2.17", 400, "method in CSeq is another one"],
  [
    "TC_MISMATCH02_V",
    "3.1.2.18",
    400,
    "the same with an unknown method, of which 501 is the endpoint's to say",
  ],
  ["TC_BADBRANCH_V", "3.2.1", "forward", "cookie without anything behind: as from an RFC 2543 client"],
  ["TC_INSUF_I", "3.3.1", 400, "Call-ID, From and To are missing"],
  ["TC_UNKSCM_V", "3.3.2", 416, "unknown scheme in the request-URI"],
  ["TC_NOVELSC_V", "3.3.3", 416, "a known scheme that is not one of SIP"],
  ["TC_UNKSM2_V", "3.3.4", "forward", "unknown schemes in header fields are no reason to refuse"],
  ["TC_BEXT01_V", "3.3.5", 420, "Proxy-Require of what we do not support"],
  ["TC_INVUT_V", "3.3.6", "forward", "the type of the body is the endpoint's business"],
  ["TC_REGAUT01_V", "3.3.7", "forward", "so is the scheme of Authorization"],
  ["TC_MULTI01_I", "3.3.8", 400, "CSeq, Call-ID, To, From and Max-Forwards stand twice"],
  ["TC_MCL01_I", "3.3.9", 400, "two different Content-Lengths"],
  ["TC_ZEROMF_V", "3.3.11", 483, "arrived with Max-Forwards 0"],
  ["TC_CPARAM01_V", "3.3.12", "forward", "valid: unknown header parameter of Contact"],
  ["TC_CPARAM02_V", "3.3.13", "forward", "valid: unknown URI parameter of Contact"],
  ["TC_REGESCRT_V", "3.3.14", "forward", "valid: headers in a Contact URI"],
  ["TC_SDP01_V", "3.3.15", "forward", "valid: what to accept is the endpoint's business"],
  ["TC_INV2543_I", "3.4.1", "forward", "RFC 2543: no Max-Forwards, no From tag, no branch"],
  ["TC_TEST_I", "none: an older draft", "drop", "no version in the request line, and no Via to answer to"],
];

/** The second verdict is for the same response when it comes back through us, with our Via on top. */
const RESPONSES: readonly (readonly [...Row, ours: "forward" | "drop"])[] = [
  ["TC_UNREASON_V", "3.1.1.12", "drop", "valid reason phrase in UTF-8", "forward"],
  ["TC_NOREASON_V", "3.1.1.13", "drop", "valid empty reason phrase", "forward"],
  ["TC_SCALARLG_V", "3.1.2.5", "drop", "CSeq number out of range: discard it", "drop"],
  ["TC_BIGCODE_V", "3.1.2.19", "drop", "status code 4294967301: discard it", "drop"],
  ["TC_BCAST_V", "3.3.10", "drop", "valid as such", "forward"],
];

const read = (file: string): string => readFileSync(join(CORPUS, `${file}.dat`), "latin1");

/** Head and body of a message; the head as physical lines. */
function parts(text: string): { lines: string[]; body: string } {
  const split = text.indexOf("\r\n\r\n");
  return { lines: text.slice(0, split).split("\r\n"), body: text.slice(split + 4) };
}

/** The physical lines of top Via, with its folds, and of Max-Forwards: those that the proxy has to change. */
function untouched(lines: readonly string[]): string[] {
  let isTop = true;
  let isTouched = false;
  return lines.filter((line) => {
    if (!/^[ \t]/.test(line)) {
      const isVia = /^(via|v)[ \t]*:/i.test(line);
      isTouched = (isVia && isTop) || /^max-forwards[ \t]*:/i.test(line);
      if (isVia) isTop = false;
    }
    return !isTouched;
  });
}

describe.skipIf(!isThere)(`RFC 4475 torture messages (skipped where there is no ${CORPUS})`, () => {
  let proxy: TestProxy;
  beforeAll(async () => {
    proxy = await startProxy();
  });
  afterAll(closeProxies);

  it("has a row for every message, and a message for every row", () => {
    const rows = [...REQUESTS, ...RESPONSES].map(([file]) => `${file}.dat`);
    expect(readdirSync(CORPUS).sort()).toEqual(rows.sort());
  });

  for (const [file, section, verdict, why] of REQUESTS) {
    it(`${file}, ${section}: ${verdict} (${why})`, () => {
      const text = read(file);
      const sent = proxy.receive(text);
      if (verdict === "drop") {
        expect(sent).toEqual([]);
        return;
      }
      expect(sent).toHaveLength(1);
      const { text: out, to } = sent[0]!;
      if (typeof verdict === "number") {
        expect(out).toMatch(new RegExp(`^SIP/2.0 ${verdict} `));
        expect(to).toMatch(/^192\.0\.2\.10 /);
        return;
      }
      expect(to).toBe(NEXT_HOP);
      expectForwarded(text, out);
      // An independent reading of it: it is a request that we would take in turn.
      expect(proxy.receive(out, "198.51.100.1 5060")[0]?.to).toBe(NEXT_HOP);
    });
  }

  it.each(RESPONSES.map(([file, section, , why]) => ({ file, section, why })))(
    "$file, $section: dropped when its top Via is not ours ($why)",
    ({ file }) => {
      expect(proxy.receive(read(file), NEXT_HOP)).toEqual([]);
    },
  );

  for (const [file, section, , why, verdict] of RESPONSES) {
    it(`${file}, ${section}: ${verdict} with our Via on top (${why})`, () => {
      const text = read(file);
      const startLineEnd = text.indexOf("\r\n") + 2;
      const head = text.slice(0, startLineEnd);
      const ours = `Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bKx.0\r\n`;
      const sent = proxy.receive(head + ours + text.slice(startLineEnd), NEXT_HOP);
      if (verdict === "drop") expect(sent).toEqual([]);
      else expect(sent.map((one) => one.text)).toEqual([text]);
    });
  }

  it("TC_BCAST_V, 3.3.10: a proxy that its top Via names sends nothing to the broadcast address", async () => {
    const named = await startProxy({ listeners: ["192.0.2.198:5060"] });
    expect(named.receive(read("TC_BCAST_V"), NEXT_HOP)).toEqual([]);
    expect(named.counters.responses_dropped).toBe(1);
  });

  it("TC_BEXT01_V, 3.3.5: the 420 names what is not supported", () => {
    const [reply] = proxy.receive(read("TC_BEXT01_V"));
    expect(reply?.text).toContain("\r\nUnsupported: noProxiesSupportThis, norDoAnyProxiesSupportThis\r\n");
  });

  it("TC_BADBRANCH_V, 3.2.1: two transactions that share the empty branch get two of ours", () => {
    const branches = ["", "x"].map((change) => {
      const text = read("TC_BADBRANCH_V").replace("Call-ID: ", `Call-ID: ${change}`);
      return /branch=(\S+)/.exec(proxy.receive(text)[0]?.text ?? "")?.[1];
    });
    expect(branches[0]).not.toBe(branches[1]);
  });
});

function expectForwarded(text: string, out: string): void {
  const arrived = parts(text);
  const left = parts(out);
  expect(left.lines[0]).toBe(arrived.lines[0]);
  expect(left.lines[1]).toMatch(/^Via: SIP\/2\.0\/UDP 198\.51\.100\.1:5060;branch=z9hG4bK[0-9a-z]+\.0$/);
  const [ours = ""] = left.lines.splice(1, 1);
  expect(ours).not.toBe("");
  expect(untouched(left.lines)).toEqual(untouched(arrived.lines));
  const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/im.exec(text)?.[1];
  expect(left.body).toBe(arrived.body.slice(0, length === undefined ? undefined : Number(length)));
  const hops = /^max-forwards[ \t]*:[ \t]*(\d+)/im.exec(text)?.[1];
  const expected = hops === undefined ? 70 : Number(hops) - 1;
  expect(out).toMatch(new RegExp(`^max-forwards: ${expected}\r$`, "im"));
  expect(out).toContain(`;received=${CALLER.split(" ")[0]}`);
}
