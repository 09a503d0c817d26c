import { describe, expect, it } from "vitest";
import { LocalIdentity } from "../../src/proxy/local-identity.ts";

const local = new LocalIdentity(
  [
    { protocol: "udp", host: "198.51.100.1", port: 5060 },
    { protocol: "udp", host: "2001:db8::1", port: 5070 },
    { protocol: "udp", host: "0.0.0.0", port: 5080, advertise: { host: "sip.example.com", port: 6080 } },
  ],
  ["Alias.example"],
);

describe("find", () => {
  const rows: [string, number, number | undefined][] = [
    ["198.51.100.1", 5060, 0],
    ["198.51.100.1", 5061, undefined],
    ["[2001:DB8::1]", 5070, 1],
    ["2001:db8::1", 5070, 1],
    ["SIP.example.com", 6080, 2],
    ["sip.example.com", 5080, undefined],
    ["0.0.0.0", 5080, 2],
    ["alias.EXAMPLE", 5060, 0],
    ["alias.example", 6080, 2],
    ["alias.example", 5080, undefined],
    ["other.example", 5060, undefined],
  ];
  it.each(rows)("%s %d is listener %s", (host, port, index) => {
    expect(local.find(host, port)?.index).toBe(index);
  });
});

describe("what others are told", () => {
  const rows: [number, string, string][] = [
    [0, "Via: SIP/2.0/UDP 198.51.100.1:5060;branch=", "sip:198.51.100.1:5060"],
    [1, "Via: SIP/2.0/UDP [2001:db8::1]:5070;branch=", "sip:[2001:db8::1]:5070"],
    [2, "Via: SIP/2.0/UDP sip.example.com:6080;branch=", "sip:sip.example.com:6080"],
  ];
  it.each(rows)("of listener %d", (index, viaPrefix, uri) => {
    expect(local.listeners[index]).toMatchObject({ viaPrefix, uri });
  });
});

describe("outgoing", () => {
  const rows: [number, string, number][] = [
    [0, "192.0.2.1", 0],
    [2, "192.0.2.1", 2],
    [1, "192.0.2.1", 0],
    [0, "2001:db8::9", 1],
    [2, "2001:db8::9", 1],
  ];
  it.each(rows)("from listener %d to %s is listener %d", (preferred, address, index) => {
    expect(local.outgoing(local.listeners[preferred]!, address)?.index).toBe(index);
  });
});

it.each([
  ["udp:198.51.100.1:5060", 0],
  ["UDP:[2001:db8::1]:5070", 1],
  ["198.51.100.1:5060", 0],
  ["tcp:198.51.100.1:5060", undefined],
  ["udp:198.51.100.1", undefined],
])("findSocket %s is listener %s", (text, index) => expect(local.findSocket(text)?.index).toBe(index));
