import { describe, expect, it } from "vitest";
import { parseVia, type Via } from "../../src/sip/via.ts";

const parse = (text: string): Via | undefined => parseVia(text, 0, text.length);

describe("parseVia reads (RFC 3261 20.42, RFC 3581 3)", () => {
  const rows: [string, string, Partial<Via>][] = [
    [
      "a usual one",
      "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKa",
      { transport: "UDP", host: "192.0.2.1", port: 5070, branch: "z9hG4bKa" },
    ],
    [
      "no port",
      "SIP/2.0/UDP a.example",
      { host: "a.example", port: undefined, branch: undefined, rport: undefined },
    ],
    [
      "odd case",
      "sip/2.0/udp A.Example;BRANCH=x;RPORT;Received=1.2.3.4",
      { transport: "UDP", host: "A.Example", branch: "x", rport: "", received: "1.2.3.4" },
    ],
    [
      "blanks everywhere",
      "SIP / 2.0 / TCP   a.example : 5070 ; branch = x ; rport = 9",
      { transport: "TCP", host: "a.example", port: 5070, branch: "x", rport: "9" },
    ],
    ["a blank behind the last slash only", "SIP/2.0/ UDP a.example", { transport: "UDP", host: "a.example" }],
    ["folds", "SIP\r\n /2.0/\r\n UDP\r\n a.example;\r\n branch=x", { host: "a.example", branch: "x" }],
    ["an IPv6 literal", "SIP/2.0/UDP [2001:db8::1]:5070;branch=x", { host: "[2001:db8::1]", port: 5070 }],
    [
      "IPv6 without a port",
      "SIP/2.0/UDP [::1];received=::2",
      { host: "[::1]", port: undefined, received: "::2" },
    ],
    ["maddr", "SIP/2.0/UDP a;maddr=192.0.2.9;ttl=1", { maddr: "192.0.2.9" }],
    ["rport with an empty value", "SIP/2.0/UDP a;rport=;x", { rport: "" }],
    [
      "the first of two",
      "SIP/2.0/UDP a;branch=x , SIP/2.0/UDP b;branch=y",
      { host: "a", branch: "x", end: 22 },
    ],
    ["a quoted value with comma and semicolon", 'SIP/2.0/UDP a;x=",;";branch=y', { branch: "y" }],
    ["names from Object.prototype", "SIP/2.0/UDP a;__proto__;constructor=1;branch=x", { branch: "x" }],
    ["an unknown transport", "SIP/2.0/UNKNOWN a", { transport: "UNKNOWN" }],
    ["the first of doubled parameters", "SIP/2.0/UDP a;branch=x;branch=y", { branch: "x" }],
  ];
  it.each(rows)("%s", (_name, text, expected) => expect(parse(text)).toMatchObject(expected));
});

describe("parseVia refuses", () => {
  const rows: [string, string][] = [
    ["nothing", ""],
    ["another version", "SIP/7.0/UDP a"],
    ["no transport", "SIP/2.0/"],
    ["no sent-by", "SIP/2.0/UDP "],
    ["no host before the port", "SIP/2.0/UDP :5060"],
    ["port 0", "SIP/2.0/UDP a:0"],
    ["a port too large", "SIP/2.0/UDP a:65536"],
    ["a port that is no number", "SIP/2.0/UDP a:x"],
    ["an empty parameter (RFC 4475 3.1.2.1)", "SIP/2.0/UDP a;;,;,,"],
    ["text behind sent-by", "SIP/2.0/UDP a b"],
    ["an IPv6 literal without its end", "SIP/2.0/UDP [::1;branch=x"],
    ["a quote without its end", 'SIP/2.0/UDP a;x="y'],
  ];
  it.each(rows)("%s", (_name, text) => expect(parse(text)).toBeUndefined());
});

it("does not read past its end", () => {
  const text = "SIP/2.0/UDP a;branch=x;rport=7";
  expect(parseVia(text, 0, 22)).toMatchObject({ branch: "x", rport: undefined, end: 22 });
});
