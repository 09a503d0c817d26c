/** `ds_is_from_list` against a real Kamailio: each kind of line, with each mode. */
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/dispatch/destination.ts";
import { ANY_SET, Dispatcher } from "../../src/dispatch/dispatcher.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../../src/dispatch/params.ts";
import { seededRandom } from "../../src/support/random.ts";
import { listOf } from "../support/dispatch.ts";
import { COMMON, Kamailio, kamailioMissing, kamailioVersion } from "../support/kamailio.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const ROUTE = `
  if (ds_is_from_list("$(hdr(X-Set){s.int})", "$(hdr(X-Mode){s.int})")) {
    sl_send_reply("299", "Yes $var(attrs)");
    exit;
  }
  sl_send_reply("299", "No");`;

/**
 * The source is a UDP socket of 127.0.0.1, whose port is not 1. UDP is written out, since Kamailio before 6 takes a URI
 * without transport for one of no protocol.
 */
const LINES: readonly [line: string, endpoint: Endpoint][] = [
  ["1 sip:127.0.0.1:1;transport=udp 0 0 name=a", at(1, "udp")],
  ["2 sip:127.0.0.1;transport=udp 0 0 name=b", at(0, "udp")],
  ["3 sip:127.0.0.1:1;transport=tcp 0 0 name=c", at(1, "tcp")],
  ["4 sip:127.0.0.1;transport=tcp 0 0 name=d", at(0, "tcp")],
  ["5 sip:127.0.0.1;transport=udp 1 0 name=e", at(0, "udp")],
  ["6 sip:127.0.0.1;transport=udp 4 0 name=f", at(0, "udp")],
  ["7 sip:127.0.0.1;transport=udp 2 0 name=g", at(0, "udp")],
  ["8 sip:127.0.0.1;transport=udp 16 0 name=h", at(0, "udp")],
  ["9 sip:127.0.0.2;transport=udp 0 0 name=i", at(0, "udp", ["127.0.0.2"])],
  ["10 sip:127.0.0.1;transport=udp 0 1 name=low", at(0, "udp")],
  ["10 sip:127.0.0.1;transport=udp;x=y 0 2 name=high", at(0, "udp")],
  ["11 sip:127.0.0.1:1;transport=udp 0 2 name=port", at(1, "udp")],
  ["11 sip:127.0.0.1;transport=udp;x=y 0 1 name=any", at(0, "udp")],
];
const SETS = [...Array.from({ length: 12 }, (_, n) => n + 1)];
const MODES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 15];

function at(port: number, protocol: string, addresses = ["127.0.0.1"]): Endpoint {
  return { host: "127.0.0.1", port, protocol, addresses };
}

describe.skipIf(kamailioMissing !== undefined)(`Kamailio ${kamailioVersion} finds the same`, () => {
  it("for each set and mode", async () => {
    const list = listOf(...LINES.map(([line]) => line));
    const dispatcher = new Dispatcher({
      params: DEFAULT_DISPATCHER_PARAMS,
      clock: new VirtualClock(),
      random: seededRandom(1),
      warn: () => undefined,
    });
    const endpoints = new Map(list.entries.map(({ uri }, n) => [uri, LINES[n]?.[1] ?? at(0, "")]));
    dispatcher.load(list, [], endpoints);
    const cases = SETS.flatMap((set) => MODES.map((mode) => ({ set, mode })));
    const params = { attrs_pvname: "$var(attrs)" };
    const kamailio = await Kamailio.start(`${LINES.map(([line]) => line).join("\n")}\n`, params, ROUTE);
    const questions = cases.map(({ set, mode }) => ({
      startLine: "OPTIONS sip:u@h SIP/2.0",
      headers: [...COMMON, `X-Set: ${set}`, `X-Mode: ${mode}`],
    }));
    const answers = await kamailio.askAll(questions).finally(() => kamailio.stop());
    const different = cases.flatMap(({ set, mode }, n) => {
      const found = dispatcher.isFromList(set, mode, { ip: "127.0.0.1", port: 40_000, protocol: "udp" });
      const ours = found === undefined ? "No" : `Yes ${found.attrs}`;
      return ours === answers[n] ? [] : [{ set, mode, ours, kamailios: answers[n] }];
    });
    expect(different).toEqual([]);
    expect(dispatcher.isFromList(ANY_SET, 2, { ip: "127.0.0.1", port: 1, protocol: "udp" })?.set).toBe(1);
  });
});
