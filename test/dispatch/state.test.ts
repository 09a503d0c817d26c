import { describe, expect, it } from "vitest";
import { formatFlags, parseStateLetters } from "../../src/dispatch/flags.ts";
import type { Health } from "../../src/dispatch/state.ts";
import { nextHealth } from "../../src/dispatch/state.ts";
import { benchOf, inputOf } from "../support/dispatch.ts";

/** `AX` or, with a count, `TP2`. */
function show({ flags, count }: Health): string {
  return formatFlags(flags) + (count > 0 ? count : "");
}

describe("nextHealth", () => {
  const FAIL = "tp";
  const GOOD = "p";
  const rows: readonly [
    name: string,
    failures: number,
    successes: number,
    events: string[],
    states: string[],
  ][] = [
    ["one failure is enough", 1, 1, [FAIL], ["IP"]],
    ["three failures", 3, 1, [FAIL, FAIL, FAIL], ["TP1", "TP2", "IP"]],
    ["a success in between clears the count", 2, 1, [FAIL, GOOD, FAIL, FAIL], ["TP1", "AP", "TP1", "IP"]],
    ["one success is enough", 1, 1, [FAIL, GOOD], ["IP", "AP"]],
    ["three successes", 1, 3, [FAIL, GOOD, GOOD, GOOD], ["IP", "IP1", "IP2", "AP"]],
    [
      "a failure in between begins again",
      1,
      2,
      [FAIL, GOOD, FAIL, GOOD, GOOD],
      ["IP", "IP1", "IP", "IP1", "AP"],
    ],
    ["failures of what is inactive", 2, 1, [FAIL, FAIL, FAIL], ["TP1", "IP", "IP"]],
    ["a good one without probing drops the flag", 1, 1, [FAIL, "a"], ["IP", "AX"]],
    ["probing stays while successes are counted", 1, 2, [FAIL, "a", "a"], ["IP", "IP1", "AX"]],
    ["disabled is nothing else", 1, 1, ["dpt"], ["DX"]],
  ];

  it.each(rows)("of probes: %s", (_name, failures, successes, events, states) => {
    const thresholds = { ds_probing_threshold: failures, ds_inactive_threshold: successes };
    let health: Health = { flags: 0, count: 0 };
    const seen = events.map((letters) => {
      health = nextHealth(health, parseStateLetters(letters) ?? 0, false, thresholds);
      return show(health);
    });
    expect(seen).toEqual(states);
  });

  it.each([
    ["trying is inactive at once", "AX", "t", "IX"],
    ["trying and probing", "AX", "tp", "IP"],
    ["active at once", "IP", "a", "AX"],
    ["active and probing", "IX", "ap", "AP"],
    ["inactive", "AP", "i", "IX"],
    ["disabled", "AP", "d", "DX"],
    ["active from disabled", "DX", "a", "AX"],
    ["the last a counts", "AX", "ipat", "IX"],
    ["any case", "AX", "IP", "IP"],
  ])("of marks: %s", (_name, from, letters, to) => {
    const flags = parseStateLetters(from.replace("X", "")) ?? 0;
    const thresholds = { ds_probing_threshold: 5, ds_inactive_threshold: 5 };
    expect(show(nextHealth({ flags, count: 0 }, parseStateLetters(letters) ?? -1, true, thresholds))).toBe(
      to,
    );
  });
});

describe("marks", () => {
  const states = (bench: ReturnType<typeof benchOf>) => bench.dispatcher.snapshot().map(({ state }) => state);

  it.each([
    ["no letters", undefined, {}, "IX"],
    ["no letters, probing all", undefined, { ds_probing_mode: 1 }, "IP"],
    ["letters", "ip", {}, "IP"],
    ["disabled", "d", {}, "DX"],
  ])("markDestination with %s", (_name, letters, params, expected) => {
    const bench = benchOf(["1 sip:a", "1 sip:b"], { params });
    const selection = bench.dispatcher.select(1, 4, inputOf());
    expect(selection && bench.dispatcher.markDestination(letters, selection.destination)).toBe(true);
    expect(states(bench)).toEqual([expected, "AX"]);
    expect(bench.pick(8)).toBe("b");
  });

  it.each(["x", "ix", "", " "])("refuses letters that mean nothing: %j", (letters) => {
    const bench = benchOf(["1 sip:a"]);
    expect(bench.dispatcher.markAddress(letters, 1, "sip:a")).toBe(false);
    expect(states(bench)).toEqual(["AX"]);
  });

  it.each([
    ["the URI", 1, "sip:a:5060", true],
    ["the URI in another case", 1, "SIP:A:5060", true],
    ["another text for the same place", 1, "sip:a", false],
    ["another set", 2, "sip:a:5060", false],
  ])("markAddress with %s", (_name, set, uri, expected) => {
    const bench = benchOf(["1 sip:a:5060"]);
    expect(bench.dispatcher.markAddress("i", set, uri)).toBe(expected);
    expect(states(bench)).toEqual([expected ? "IX" : "AX"]);
    expect(bench.dispatcher.isActive(1, "sip:a:5060")).toBe(!expected);
    expect(bench.dispatcher.isActive(1)).toBe(!expected);
  });

  it("keeps the flags that belong to the line", () => {
    const bench = benchOf(["1 sip:a 32"]);
    bench.dispatcher.markAddress("i", 1, "sip:a");
    bench.dispatcher.markAddress("a", 1, "sip:a");
    expect(states(bench)).toEqual(["AN"]);
  });

  it("tells when a destination goes down and comes up, and only then", () => {
    const { dispatcher } = benchOf(["1 sip:a"]);
    const told: string[] = [];
    dispatcher.onStateChange(({ uri }, usable) => told.push(`${uri} ${usable ? "up" : "down"}`));
    for (const letters of ["ap", "i", "d", "ip", "a", "a"]) dispatcher.markAddress(letters, 1, "sip:a");
    expect(told).toEqual(["sip:a down", "sip:a up"]);
  });
});
