import { describe, expect, it } from "vitest";
import { bareHost, effectivePort, formatUri, parseUri, schemeOf, uriParam } from "../../src/sip/uri.ts";

describe("parseUri takes apart (RFC 3261 19.1, 25.1)", () => {
  const rows: [
    uri: string,
    user: string | undefined,
    host: string,
    port: number | undefined,
    rest: string,
  ][] = [
    ["sip:example.com", undefined, "example.com", undefined, ""],
    ["sip:alice@example.com", "alice", "example.com", undefined, ""],
    ["SIP:alice@Example.COM:5070", "alice", "Example.COM", 5070, ""],
    ["sips:alice@example.com:1", "alice", "example.com", 1, ""],
    ["sip:alice:secret@example.com", "alice", "example.com", undefined, ""],
    ["sip:[2001:db8::1]", undefined, "[2001:db8::1]", undefined, ""],
    ["sip:a@[2001:db8::1]:5070;lr", "a", "[2001:db8::1]", 5070, ";lr"],
    ["sip:a@[::ffff:192.0.2.1]", "a", "[::ffff:192.0.2.1]", undefined, ""],
    ["sip:a@192.0.2.1;lr;transport=udp?x=y", "a", "192.0.2.1", undefined, ";lr;transport=udp?x=y"],
    ["sip:example.com?subject=a;b", undefined, "example.com", undefined, "?subject=a;b"],
    ["sip:user;par=u%40example.net@example.com", "user;par=u%40example.net", "example.com", undefined, ""],
    ["sip:a?b@example.com", "a?b", "example.com", undefined, ""],
    ["sip:%00@example.com", "%00", "example.com", undefined, ""],
    ["sip:a@host_1.example", "a", "host_1.example", undefined, ""],
    ["sip:a@example.com.", "a", "example.com.", undefined, ""],
  ];
  it.each(rows)("%s", (uri, user, host, port, rest) => {
    const parsed = parseUri(uri);
    expect(parsed).toMatchObject({ user, host, port });
    expect(`${parsed?.params}${parsed?.headers}`).toBe(rest);
  });

  it.each(rows)("%s, and puts it together as it was", (uri) => {
    const parsed = parseUri(uri)!;
    expect(formatUri(parsed)).toBe(uri.replace(/^SIP/, "sip"));
  });
});

describe("parseUri refuses", () => {
  const rows: [string, string][] = [
    ["another scheme", "tel:+1"],
    ["no scheme", "example.com"],
    ["nothing", ""],
    ["no host", "sip:"],
    ["no host behind @", "sip:a@"],
    ["an empty user", "sip:@example.com"],
    ["a blank", "sip:a b@example.com"],
    ["a fold", "sip:a@example.com\r\n ;lr"],
    ["a NUL", "sip:a\0@example.com"],
    ["angle brackets", "<sip:a@example.com>"],
    ["a quote", 'sip:"a"@example.com'],
    ["a bad escape", "sip:a%4@example.com"],
    ["port 0", "sip:a@example.com:0"],
    ["a port too large", "sip:a@example.com:65536"],
    ["a port that is no number", "sip:a@example.com:5e3"],
    ["a negative port", "sip:a@example.com:-1"],
    ["an empty port", "sip:a@example.com:"],
    ["an IPv6 literal without its end", "sip:a@[::1"],
    ["an IPv6 address without brackets", "sip:a@2001:db8::1"],
    ["two @", "sip:a@b@example.com"],
  ];
  it.each(rows)("%s", (_name, uri) => expect(parseUri(uri)).toBeUndefined());
});

describe("effectivePort (RFC 3261 19.1.2)", () => {
  const rows: [string, number][] = [
    ["sip:a", 5060],
    ["sip:a:5070", 5070],
    ["sips:a", 5061],
    ["sips:a:5070", 5070],
    ["sip:a;transport=tls", 5061],
    ["sip:a;Transport=TLS", 5061],
    ["sip:a;transport=tcp", 5060],
  ];
  it.each(rows)("%s is %d", (uri, port) => expect(effectivePort(parseUri(uri)!)).toBe(port));
});

describe("uriParam", () => {
  const rows: [string, string, string | undefined][] = [
    ["sip:a;lr", "lr", ""],
    ["sip:a;LR=on", "lr", "on"],
    ["sip:a;x=1;x=2", "x", "1"],
    ["sip:a;lrx", "lr", undefined],
    ["sip:a;__proto__=1", "__proto__", "1"],
    ["sip:a", "constructor", undefined],
  ];
  it.each(rows)("%s has %s: %s", (uri, name, value) => expect(uriParam(parseUri(uri)!, name)).toBe(value));
});

it.each([
  ["Sip:a", "sip"],
  ["soap.beep://x", "soap.beep"],
  [":a", undefined],
  ["1a:b", undefined],
  ["", undefined],
])("schemeOf %s is %s", (uri, scheme) => expect(schemeOf(uri)).toBe(scheme));

it("bareHost takes brackets and case away", () => expect(bareHost("[2001:DB8::A]")).toBe("2001:db8::a"));
