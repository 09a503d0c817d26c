import { describe, expect, it } from "vitest";
import { HeaderId } from "../../src/sip/header-name.ts";
import type { SipMessage } from "../../src/sip/message.ts";
import { parseMessage, VERSION_DEFECT } from "../../src/sip/parse.ts";
import { linesText, requestText, responseText, VIA } from "../support/sip-message.ts";

function parsed(text: string): SipMessage & { kind: "request" | "response" } {
  const message = parseMessage(text);
  if (message.kind === "failure") throw new Error(message.reason);
  return message;
}

describe("start lines (RFC 3261 7.1, 7.2)", () => {
  const tail = linesText("", `Via: ${VIA}`, "", "");
  const rows: [string, string, object | string][] = [
    ["request", "OPTIONS sip:a SIP/2.0", { kind: "request", method: "OPTIONS", requestUri: "sip:a" }],
    ["version in lower case", "OPTIONS sip:a sip/2.0", { kind: "request", method: "OPTIONS" }],
    ["response", "SIP/2.0 200 OK", { kind: "response", status: 200, reason: "OK" }],
    ["reason of several words", "SIP/2.0 486 Busy  Here ", { status: 486, reason: "Busy  Here " }],
    ["empty reason", "SIP/2.0 100 ", { status: 100, reason: "" }],
    ["no reason, no blank", "SIP/2.0 100", { status: 100, reason: "" }],
    ["status 99", "SIP/2.0 099 x", "Status code is not 100 to 699"],
    ["status 700", "SIP/2.0 700 x", "Status code is not 100 to 699"],
    ["status of four digits", "SIP/2.0 2000 x", "Status code is not 100 to 699"],
    ["status 4294967301", "SIP/2.0 4294967301 x", "Status code is not 100 to 699"],
    ["another version of a response", "SIP/3.0 200 OK", "Not SIP/2.0"],
    ["no version", "OPTIONS sip:a", "Request line without a version"],
    ["HTTP", "GET / HTTP/1.1", "Start line is not a request line"],
    ["one word", "hello", "Start line is not a request line"],
    ["a method that is no token", "OP(IONS sip:a SIP/2.0", "Method is not a token"],
    ["a blank first", " OPTIONS sip:a SIP/2.0", "Method is not a token"],
  ];
  it.each(rows)("%s", (_name, line, expected) => {
    const message = parseMessage(line + tail);
    expect(message).toMatchObject(
      typeof expected === "string" ? { kind: "failure", reason: expected } : expected,
    );
  });
});

describe("what is wrong with the whole of a message, and can be answered", () => {
  const head = (line: string, ...more: string[]) => linesText(line, `Via: ${VIA}`, ...more, "", "");
  const rows: [string, string, string | undefined][] = [
    ["nothing", requestText(), undefined],
    ["another version (21.5.6)", head("OPTIONS sip:a SIP/7.0"), VERSION_DEFECT],
    ["a blank in the URI", head("OPTIONS sip:a; lr SIP/2.0"), "Request-URI has blanks or brackets"],
    ["brackets around the URI", head("OPTIONS <sip:a> SIP/2.0"), "Request-URI has blanks or brackets"],
    [
      "a control character in the URI",
      head("OPTIONS tel:\x01 SIP/2.0"),
      "Request-URI has blanks or brackets",
    ],
    ["two blanks", head("OPTIONS  sip:a  SIP/2.0"), "Request-URI has blanks or brackets"],
    ["a blank at the end", head("OPTIONS sip:a SIP/2.0 "), "Blank behind the request line"],
    [
      "a line without a colon",
      head("OPTIONS sip:a SIP/2.0", "Subject"),
      "Header line without a name and a colon",
    ],
    [
      "a colon only behind a fold",
      head("OPTIONS sip:a SIP/2.0", "Subject\r\n : x"),
      "Header line without a name and a colon",
    ],
    ["a line without a name", head("OPTIONS sip:a SIP/2.0", ": x"), "Header line without a name and a colon"],
    ["a blank within a name", head("OPTIONS sip:a SIP/2.0", "Sub ject: x"), "Header name is not a token"],
    ["no blank line", `OPTIONS sip:a SIP/2.0\r\nVia: ${VIA}\r\n`, "No blank line after the headers"],
    ["cut off within a line", `OPTIONS sip:a SIP/2.0\r\nVia: ${VIA}`, "No blank line after the headers"],
    ["500 headers", head("OPTIONS sip:a SIP/2.0", ...Array(499).fill("X: y")), undefined],
    ["501 headers", head("OPTIONS sip:a SIP/2.0", ...Array(500).fill("X: y")), "More than 500 headers"],
  ];
  it.each(rows)("%s", (_name, text, defect) => {
    expect(parsed(text).layout.defect).toBe(defect);
    expect(parsed(text).topVia?.branch).toBe("z9hG4bKcaller");
  });
});

describe("Content-Length (RFC 3261 18.3, 20.14)", () => {
  const rows: [name: string, lengths: string[], body: string, defect?: string][] = [
    ["exact", ["Content-Length: 5"], "hello"],
    ["missing: to the end", [], "hello, world"],
    ["smaller: the rest is discarded", ["Content-Length: 5"], "hello"],
    ["zero", ["l: 0"], ""],
    ["blanks and a fold", ["Content-Length :\r\n  5 \t"], "hello"],
    ["twice the same", ["Content-Length: 5", "l: 5"], "hello"],
    ["twice, different", ["Content-Length: 5", "l: 4"], "", "Two different Content-Lengths"],
    ["larger than the message", ["Content-Length: 13"], "", "Content-Length is larger than the message"],
    ["negative", ["Content-Length: -999"], "", "Content-Length is not a length"],
    ["huge", ["Content-Length: 99999999999999999999999"], "", "Content-Length is not a length"],
    ["2^31", ["Content-Length: 2147483648"], "", "Content-Length is not a length"],
    ["an exponent", ["Content-Length: 1e1"], "", "Content-Length is not a length"],
    ["empty", ["Content-Length:"], "", "Content-Length is not a length"],
  ];
  it.each(rows)("%s", (_name, lengths, body, defect) => {
    const message = parsed(linesText("OPTIONS sip:a SIP/2.0", `Via: ${VIA}`, ...lengths, "", "hello, world"));
    expect(message.layout.defect).toBe(defect);
    if (defect === undefined) expect(message.body).toBe(body);
  });
});

describe("header names (RFC 3261 7.3.1, 7.3.3)", () => {
  const rows: [string, HeaderId][] = [
    ["Via", HeaderId.VIA],
    ["v", HeaderId.VIA],
    ["vIA", HeaderId.VIA],
    ["V", HeaderId.VIA],
    ["Via \t", HeaderId.VIA],
    ["i", HeaderId.CALL_ID],
    ["call-id", HeaderId.CALL_ID],
    ["f", HeaderId.FROM],
    ["t", HeaderId.TO],
    ["m", HeaderId.CONTACT],
    ["l", HeaderId.CONTENT_LENGTH],
    ["c", HeaderId.CONTENT_TYPE],
    ["k", HeaderId.SUPPORTED],
    ["MAX-FORWARDS", HeaderId.MAX_FORWARDS],
    ["Record-Route", HeaderId.RECORD_ROUTE],
    ["Viaa", HeaderId.OTHER],
    ["__proto__", HeaderId.OTHER],
    ["constructor", HeaderId.OTHER],
    ["z", HeaderId.OTHER],
  ];
  it.each(rows)("%s has id %d", (name, id) => {
    const message = parsed(linesText("OPTIONS sip:a SIP/2.0", `${name}: 0`, "", ""));
    expect(message.lines.map((line) => line.id)).toEqual([id]);
  });

  it("linesNamed finds all lines of a name, in order, by any spelling", () => {
    const extra = ["X-A: 1", "x-a: 2", "Contact: <sip:a>, <sip:b>", "m: <sip:c>", "X-AB: 3"];
    const message = parsed(requestText({ extra }));
    const values = (name: string) => message.linesNamed(name).map((line) => message.value(line));
    expect(values("X-a")).toEqual(["1", "2"]);
    expect(values("M")).toEqual(["<sip:a>, <sip:b>", "<sip:c>"]);
    expect(values("__proto__")).toEqual([]);
  });
});

describe("values", () => {
  const rows: [string, string, string][] = [
    ["blanks around", "X:  \t a b \t ", "a b"],
    ["none", "X:", ""],
    ["a fold", "X: a\r\n b", "a b"],
    ["folds with blanks on both sides", "X: a  \r\n\t  b \r\n  c", "a b c"],
    ["a fold first", "X:\r\n  a", "a"],
    ["a fold with LF only", "X: a\n b", "a b"],
    ["an empty fold at the end", "X: a\r\n  ", "a"],
    ["a colon", "X: a:b", "a:b"],
    ["bytes beyond ASCII", "X: \xc3\xa9", "\xc3\xa9"],
  ];
  it.each(rows)("%s", (_name, line, value) => {
    const message = parsed(linesText("OPTIONS sip:a SIP/2.0", line, "Y: z", "", ""));
    expect(message.value(message.lines[0]!)).toBe(value);
    expect(message.lines).toHaveLength(2);
  });
});

describe("line ends", () => {
  const usual = requestText({ body: "a\r\nb", extra: ["Subject: a\r\n b"] });
  it("LF alone ends a line too", () => {
    const message = parsed(
      usual
        .split("\r\n\r\n")
        .map((part) => part.replaceAll("\r\n", "\n"))
        .join("\n\n"),
    );
    expect(message).toMatchObject({
      kind: "request",
      callId: "call@192.0.2.10",
      to: { uri: "sip:100@203.0.113.9" },
    });
    expect(message.layout.defect).toBe("Content-Length is larger than the message");
  });

  it("blank lines before the start line are skipped (7.5)", () => {
    expect(parsed(`\r\n\n\r\n${usual}`)).toMatchObject({ method: "INVITE", body: "a\r\nb" });
  });

  it.each(["\r\n\r\n\r\n", "", "OPTIONS sip:a SIP/2.0"])("%j is no message", (text) => {
    expect(parseMessage(text).kind).toBe("failure");
  });
});

describe("what stands in a message is read when it is asked for", () => {
  it("of a response", () => {
    const message = parsed(responseText({ via: ["SIP/2.0/UDP a;branch=x", VIA] }));
    expect(message).toMatchObject({
      topVia: { host: "a" },
      cseq: { number: 1, method: "INVITE" },
      to: { tag: "b1" },
    });
  });

  it("undefined for what is malformed", () => {
    const message = parsed(
      requestText({ via: ["x"], from: '"a <sip:b>', to: "<sip:a>, <sip:b>", cseq: "x INVITE" }),
    );
    for (const value of [message.topVia, message.from, message.to, message.cseq])
      expect(value).toBeUndefined();
  });

  it.each([
    ["0", 0],
    ["0068", 68],
    ["255", 255],
    ["256", Number.NaN],
    ["-1", Number.NaN],
    ["", Number.NaN],
    [undefined, undefined],
  ])("Max-Forwards %s is %s (20.22)", (text, value) => {
    expect((parsed(requestText({ maxForwards: text })) as { maxForwards?: number }).maxForwards).toBe(value);
  });
});
