import { describe, expect, it } from "vitest";
import type { SipRequest } from "../../src/sip/message.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { buildReply } from "../../src/sip/reply.ts";
import { linesText, requestText, VIA, valuesOf } from "../support/sip-message.ts";

function reply(text: string, status = 404, address = "192.0.2.10", port = 5066): string {
  const request = parseMessage(text) as SipRequest;
  return buildReply(request, { status, reason: "Why", toTag: "ours", source: { address, port } });
}

describe("top Via (RFC 3261 18.2.1, RFC 3581 4)", () => {
  const rows: [name: string, via: string, expected: string, address?: string][] = [
    ["sent-by is the source", "SIP/2.0/UDP 192.0.2.10;branch=x", "SIP/2.0/UDP 192.0.2.10;branch=x"],
    [
      "sent-by is another address",
      "SIP/2.0/UDP 10.0.0.1;branch=x",
      "SIP/2.0/UDP 10.0.0.1;branch=x;received=192.0.2.10",
    ],
    ["sent-by is a name", "SIP/2.0/UDP a.example", "SIP/2.0/UDP a.example;received=192.0.2.10"],
    [
      "rport is filled in where it stands",
      "SIP/2.0/UDP 192.0.2.10;rport;branch=x",
      "SIP/2.0/UDP 192.0.2.10;rport=5066;received=192.0.2.10;branch=x",
    ],
    [
      "rport in odd case, with a blank",
      "SIP/2.0/UDP 10.0.0.1;branch=x ; RPORT",
      "SIP/2.0/UDP 10.0.0.1;branch=x ;rport=5066;received=192.0.2.10",
    ],
    [
      "rport with nothing behind its equals sign",
      "SIP/2.0/UDP 10.0.0.1;rport=;branch=x",
      "SIP/2.0/UDP 10.0.0.1;rport=5066;received=192.0.2.10;branch=x",
    ],
    [
      "IPv6 source equals the literal",
      "SIP/2.0/UDP [2001:db8::1];branch=x",
      "SIP/2.0/UDP [2001:db8::1];branch=x",
      "2001:db8::1",
    ],
    [
      "IPv6 source: received has no brackets",
      "SIP/2.0/UDP [::1];rport",
      "SIP/2.0/UDP [::1];rport=5066;received=2001:db8::1",
      "2001:db8::1",
    ],
    [
      "a forged received goes",
      "SIP/2.0/UDP 10.0.0.1;received=10.9.9.9;branch=x",
      "SIP/2.0/UDP 10.0.0.1;branch=x;received=192.0.2.10",
    ],
    [
      "a forged received goes, and none is needed",
      "SIP/2.0/UDP 192.0.2.10;received=10.9.9.9;branch=x",
      "SIP/2.0/UDP 192.0.2.10;branch=x",
    ],
    [
      "a forged rport goes",
      "SIP/2.0/UDP 192.0.2.10;rport=7;branch=x",
      "SIP/2.0/UDP 192.0.2.10;branch=x;rport=5066;received=192.0.2.10",
    ],
    [
      "both, doubled",
      "SIP/2.0/UDP a;RPORT = 7 ;received=b;rport;x;Received=c",
      "SIP/2.0/UDP a ;x;rport=5066;received=192.0.2.10",
    ],
    [
      "names that only begin alike stay",
      "SIP/2.0/UDP a;rportx=1;received=b;received-by=c",
      "SIP/2.0/UDP a;rportx=1;received-by=c;received=192.0.2.10",
    ],
    [
      "text in quotes stays",
      'SIP/2.0/UDP a;x=";received=q";received=b',
      'SIP/2.0/UDP a;x=";received=q";received=192.0.2.10',
    ],
    [
      "the next value of the line stays",
      "SIP/2.0/UDP a;branch=x , SIP/2.0/UDP b;rport",
      "SIP/2.0/UDP a;branch=x;received=192.0.2.10 , SIP/2.0/UDP b;rport",
    ],
  ];
  it.each(rows)("%s", (_name, via, expected, address) => {
    expect(valuesOf(reply(requestText({ via: [via] }), 404, address), "Via")).toEqual([expected]);
  });

  it("the Vias below are copied in order", () => {
    const via = ["SIP/2.0/UDP a;branch=1", "SIP/2.0/TCP b;branch=2,SIP/2.0/UDP c", "SIP/2.0/UDP d;rport"];
    expect(valuesOf(reply(requestText({ via })), "Via").slice(1)).toEqual(via.slice(1));
  });

  it("one that cannot be read is copied as it is", () => {
    expect(valuesOf(reply(requestText({ via: ["SIP/2.0/UDP a;;,;,,"] })), "Via")).toEqual([
      "SIP/2.0/UDP a;;,;,,",
    ]);
  });
});

describe("To tag (8.2.6.2)", () => {
  const rows: [string, string, number, string][] = [
    ["added where there is none", "<sip:a>", 404, "<sip:a>;tag=ours"],
    ["not in a 100", "<sip:a>", 100, "<sip:a>"],
    ["in a 180", "<sip:a>;x", 180, "<sip:a>;x;tag=ours"],
    ["one that is there stays", "<sip:a>;tag=b1", 404, "<sip:a>;tag=b1"],
    ["that of the URI does not count", "<sip:a;tag=u>", 404, "<sip:a;tag=u>;tag=ours"],
    ["behind an addr-spec", "sip:a", 404, "sip:a;tag=ours"],
  ];
  it.each(rows)("%s", (_name, to, status, expected) => {
    expect(valuesOf(reply(requestText({ to }), status), "To")).toEqual([expected]);
  });
});

it("has what 8.2.6.2 asks for, as it came, and no more", () => {
  const text = linesText(
    "OPTIONS sip:a SIP/2.0",
    `v:  ${VIA}`,
    "Subject: x",
    'f :"A"\r\n <sip:f>;tag=1',
    "t: <sip:t>;tag=2",
    "i:c@d",
    "cseq: 0009\r\n OPTIONS",
    "Timestamp: 54",
    "Contact: <sip:c>",
    "",
    "body",
  );
  expect(reply(text, 486)).toBe(
    linesText(
      "SIP/2.0 486 Why",
      `v:  ${VIA}`,
      'f :"A"\r\n <sip:f>;tag=1',
      "t: <sip:t>;tag=2",
      "i:c@d",
      "cseq: 0009\r\n OPTIONS",
      "Content-Length: 0",
      "",
      "",
    ),
  );
  expect(valuesOf(reply(text, 100), "Timestamp")).toEqual(["54"]);
});

it("has each of the single headers once, though the request had it twice", () => {
  const extra = ["To: <sip:x>", "From: <sip:y>", "Call-ID: z", "CSeq: 2 INVITE"];
  const text = reply(requestText({ extra }));
  for (const name of ["To", "From", "Call-ID", "CSeq"]) expect(valuesOf(text, name)).toHaveLength(1);
});

it.each([
  ["LF only", requestText().replaceAll("\r\n", "\n")],
  ["cut off behind the last line", requestText().split("\r\nContent-Length")[0]!],
])("ends its lines with CRLF: %s", (_name, text) => {
  const out = reply(text);
  expect(out.replaceAll("\r\n", "")).not.toContain("\n");
  expect(valuesOf(out, "CSeq")).toEqual(["1 INVITE"]);
  expect(out.endsWith("\r\nContent-Length: 0\r\n\r\n")).toBe(true);
});
