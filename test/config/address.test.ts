/** config/address.ts: what counts as a listen address. */
import { describe, expect, it } from "vitest";
import { formatListenAddress, parseHostPort, parseListenAddress } from "../../src/config/address.ts";

describe("listen addresses", () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["udp:127.0.0.1:5060", "udp:127.0.0.1:5060"],
    ["UDP:127.0.0.1", "udp:127.0.0.1:5060"],
    ["udp:127.0.0.1:0", "udp:127.0.0.1:0"],
    ["udp:[::1]:5070", "udp:[::1]:5070"],
    ["udp:[2001:db8::1]", "udp:[2001:db8::1]:5060"],
    ["udp:::1:5060", undefined],
    ["udp:127.0.0.1:65536", undefined],
    ["udp:127.0.0.1:", undefined],
    ["udp:127.0.0.300:5060", undefined],
    ["udp:localhost:5060", undefined],
    ["udp:[127.0.0.1]:5060", undefined],
    ["tcp:127.0.0.1:5060", undefined],
    ["127.0.0.1:5060", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of rows) {
    it(`${text || "(empty)"} ${expected ? `is ${expected}` : "is refused"}`, () => {
      const address = parseListenAddress(text);
      expect(address && formatListenAddress(address)).toBe(expected);
    });
  }
});

describe("advertised addresses", () => {
  const rows: readonly (readonly [string, object | undefined])[] = [
    ["sip.example.com", { host: "sip.example.com", port: 5060 }],
    ["sip.example.com:5080", { host: "sip.example.com", port: 5080 }],
    ["203.0.113.7:5080", { host: "203.0.113.7", port: 5080 }],
    ["[2001:db8::7]:5080", { host: "2001:db8::7", port: 5080 }],
    ["203.0.113.700", undefined],
    ["sip.example.com:sip", undefined],
    ["sip example com", undefined],
    ["-bad-.example", undefined],
  ];
  for (const [text, expected] of rows) {
    it(`${text} ${expected ? "is read" : "is refused"}`, () => expect(parseHostPort(text)).toEqual(expected));
  }
});
