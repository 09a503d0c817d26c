import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/dispatch/destination.ts";
import { ANY_SET, Dispatcher } from "../../src/dispatch/dispatcher.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../../src/dispatch/params.ts";
import { seededRandom } from "../../src/support/random.ts";
import { listOf } from "../support/dispatch.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const LIST = listOf(
  "2 sip:10.0.0.1:5060 0 0 name=two",
  "1 sip:10.0.0.1:5070 0 0 name=tcp",
  "1 sip:10.0.0.2 1 0 name=down",
  "1 sip:10.0.0.3:5060 0 0 name=bound;socket=udp:127.0.0.1:5060",
  "1 sip:pbx 0 0 name=many",
  "1 sip:unresolved 0 0 name=never",
  "4 sip:10.0.0.1:5060 16 0 name=not-to-be-resolved",
  "3 sip:10.0.0.1:5060 0 5 name=high",
  "3 sip:10.0.0.1:5061 0 0 name=low",
);

function endpoint(port: number, protocol: string, ...addresses: string[]): Endpoint {
  return { host: "", port, protocol, addresses };
}

const ENDPOINTS = new Map<string, Endpoint>([
  ["sip:10.0.0.1:5060", endpoint(5060, "udp", "10.0.0.1")],
  ["sip:10.0.0.1:5061", endpoint(5061, "udp", "10.0.0.1")],
  ["sip:10.0.0.1:5070", endpoint(5070, "tcp", "10.0.0.1")],
  ["sip:10.0.0.2", endpoint(0, "udp", "10.0.0.2")],
  ["sip:10.0.0.3:5060", endpoint(5060, "udp", "10.0.0.3")],
  ["sip:pbx", endpoint(0, "", "10.0.0.8", "2001:db8::1")],
]);

function from(ip: string, port = 5060, protocol = "udp", socket = "udp:127.0.0.1:5060") {
  return { ip, port, protocol, socket };
}

const ROWS: readonly [
  name: string,
  set: number,
  mode: number,
  source: ReturnType<typeof from>,
  attrs: string | undefined,
][] = [
  ["address, port and protocol", 2, 0, from("10.0.0.1"), "name=two"],
  ["another port", 2, 0, from("10.0.0.1", 5999), undefined],
  ["another port, ignored", 2, 1, from("10.0.0.1", 5999), "name=two"],
  ["another protocol", 1, 0, from("10.0.0.1", 5070, "udp"), undefined],
  ["another protocol, ignored", 1, 2, from("10.0.0.1", 5070, "udp"), "name=tcp"],
  ["another address", 1, 3, from("10.0.0.9"), undefined],
  ["another set", 5, 3, from("10.0.0.1"), undefined],
  ["flag 16 never matches", 4, 3, from("10.0.0.1"), undefined],
  ["any set: the lowest first", ANY_SET, 3, from("10.0.0.1"), "name=tcp"],
  ["any set: the lowest that agrees", ANY_SET, 0, from("10.0.0.1"), "name=two"],
  ["in a set: the highest priority first", 3, 3, from("10.0.0.1"), "name=high"],
  ["a URI without port matches any", 1, 0, from("10.0.0.2", 1234), "name=down"],
  ["only active ones", 1, 4, from("10.0.0.2"), undefined],
  ["the socket does not matter", 1, 0, from("10.0.0.3", 5060, "udp", "udp:127.0.0.1:5080"), "name=bound"],
  ["the socket matters", 1, 8, from("10.0.0.3", 5060, "udp", "udp:127.0.0.1:5080"), undefined],
  ["the socket agrees", 1, 8, from("10.0.0.3"), "name=bound"],
  ["no socket matches any", 2, 8, from("10.0.0.1", 5060, "udp", "udp:127.0.0.1:5080"), "name=two"],
  ["each address of a name", 1, 2, from("2001:db8::1", 40000, "tcp"), "name=many"],
  ["a name without protocol needs it ignored", 1, 0, from("10.0.0.8"), undefined],
  ["what was not resolved", 1, 3, from("unresolved"), undefined],
  ["best match: port", 3, 16, from("10.0.0.1", 5061, "tcp"), "name=low"],
  ["best match: the first of the best", 3, 16, from("10.0.0.1", 9, "tcp"), "name=high"],
  ["best match: all agree", ANY_SET, 16, from("10.0.0.1", 5070, "tcp"), "name=tcp"],
];

describe("isFromList", () => {
  const dispatcher = new Dispatcher({
    params: DEFAULT_DISPATCHER_PARAMS,
    clock: new VirtualClock(),
    random: seededRandom(1),
    warn: () => undefined,
  });
  dispatcher.load(LIST, [], ENDPOINTS);

  it.each(ROWS)("%s", (_name, set, mode, source, attrs) => {
    expect(dispatcher.isFromList(set, mode, source)?.attrs.split(";")[0]).toBe(attrs);
  });

  it("says which set and destination", () => {
    expect(dispatcher.isFromList(ANY_SET, 0, from("10.0.0.1"))).toMatchObject({
      set: 2,
      destination: { uri: "sip:10.0.0.1:5060" },
    });
  });
});
