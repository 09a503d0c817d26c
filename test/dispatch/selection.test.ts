import { describe, expect, it } from "vitest";
import { defineAlgorithm } from "../../src/dispatch/algorithm.ts";
import { hash } from "../../src/dispatch/hash.ts";
import { benchOf, inputOf } from "../support/dispatch.ts";

/** A Call-ID whose hash gives this index of that many. */
function callIdFor(index: number, size: number): string {
  for (let n = 0; ; n++) if (hash(`c${n}`) % size === index) return `c${n}`;
}

describe("use_default", () => {
  const params = { use_default: 1 };

  it.each([
    ["leaves the last out of the choice", ["1 sip:a", "1 sip:b", "1 sip:c"], "abab"],
    ["takes the last when the others are down", ["1 sip:a 1", "1 sip:b 4", "1 sip:c"], "cccc"],
    ["has no choice when the last is down too", ["1 sip:a 1", "1 sip:b 4", "1 sip:c 1"], "----"],
    ["the last is the one of the lowest priority", ["1 sip:a", "1 sip:b 0 1", "1 sip:c 0 1"], "bcbc"],
    ["one alone is both", ["1 sip:a"], "aaaa"],
  ])("%s", (_name, lines, expected) => {
    const { pick } = benchOf(lines, { params });
    expect(Array.from({ length: 4 }, () => pick(4) ?? "-").join("")).toBe(expected);
  });

  it("counts hashes modulo one less", () => {
    const { pick } = benchOf(["1 sip:a", "1 sip:b", "1 sip:c"], { params });
    expect([0, 1].map((index) => pick(0, { callId: callIdFor(index, 2) }))).toEqual(["c", "b"]);
  });
});

describe("failover", () => {
  const four = ["1 sip:a", "1 sip:b", "1 sip:c", "1 sip:d"];
  const rows: readonly [
    name: string,
    lines: string[],
    index: number,
    params: object,
    limit: number,
    walk: string,
  ][] = [
    ["after the chosen one, around", four, 1, {}, 0, "cbad"],
    ["from the first", four, 0, {}, 0, "dcba"],
    ["from the last", four, 3, {}, 0, "adcb"],
    ["over those that are down", ["1 sip:a", "1 sip:b 1", "1 sip:c 4", "1 sip:d"], 0, {}, 0, "da"],
    ["limit 1 is the chosen one alone", four, 1, {}, 1, "c"],
    ["limit 2", four, 1, {}, 2, "cb"],
    ["a limit beyond the end", four, 1, {}, 9, "cbad"],
    ["flags without bit 2 turns it off", four, 1, { flags: 0 }, 0, "c"],
    ["the default entry last", four, 1, { use_default: 1 }, 0, "cbda"],
    ["no default entry that is down", ["1 sip:a 1", ...four.slice(1)], 1, { use_default: 1 }, 0, "cbd"],
    ["the limit cuts the default entry off", four, 1, { use_default: 1 }, 3, "cbd"],
  ];

  it.each(rows)("%s", (_name, lines, index, params, limit, expected) => {
    const { walk } = benchOf(lines, { params: { flags: 2, ...params } });
    const size = "use_default" in params ? lines.length - 1 : lines.length;
    expect(walk(0, { callId: callIdFor(index, size) }, limit).join("")).toBe(expected);
  });

  it("does not give the default entry twice", () => {
    const { walk } = benchOf(["1 sip:a 1", "1 sip:b 1", "1 sip:c"], { params: { use_default: 1 } });
    expect(walk(4)).toEqual(["c"]);
  });

  it("passes over what has gone down since", () => {
    const { dispatcher } = benchOf(four);
    const selection = dispatcher.select(1, 8, inputOf());
    dispatcher.markAddress("i", 1, "sip:b");
    expect(selection?.next()?.uri).toBe("sip:c");
    dispatcher.markAddress("a", 1, "sip:b");
    expect([selection?.next()?.uri, selection?.next(), selection?.next()]).toEqual([
      "sip:d",
      undefined,
      undefined,
    ]);
    expect(selection?.destination.uri).toBe("sip:d");
  });

  it("counts what was chosen", () => {
    const { dispatcher, walk } = benchOf(four);
    walk(4);
    walk(4, {}, 1);
    expect(dispatcher.snapshot().map(({ selected }) => selected)).toEqual([1, 2, 1, 1]);
  });

  const last = defineAlgorithm({
    name: "last",
    summary: "The last of the candidates.",
    createPicker() {
      let size = 0;
      return {
        update(candidates) {
          size = candidates.length;
        },
        pick: () => size - 1,
      };
    },
  });

  it.each([
    [
      "those of its priority first, then lower ones",
      ["1 sip:a 0 9", "1 sip:b 0 9", "1 sip:c 0 9", "1 sip:d"],
      "cabd",
    ],
    [
      "better ones are down when it is chosen",
      ["1 sip:a 1 9", "1 sip:b 0 5", "1 sip:c 0 5", "1 sip:d"],
      "cbd",
    ],
    ["one priority only", four, "dabc"],
  ])("of an algorithm that sees only the best: %s", (_name, lines, expected) => {
    expect(
      benchOf(lines, { plugins: [last] })
        .walk("last")
        .join(""),
    ).toBe(expected);
  });

  it("of an algorithm that sees only the best: better ones that came back are tried at the end", () => {
    const { dispatcher } = benchOf(["1 sip:a 1 9", "1 sip:b 0 5", "1 sip:c"], { plugins: [last] });
    const selection = dispatcher.select(1, "last", inputOf());
    dispatcher.markAddress("a", 1, "sip:a");
    const walked = [selection?.destination, selection?.next(), selection?.next(), selection?.next()];
    expect(walked.map((at) => at?.uri)).toEqual(["sip:b", "sip:c", "sip:a", undefined]);
  });
});

describe("select", () => {
  it("gives nothing for a set that is not there", () => {
    const { dispatcher, pick } = benchOf(["1 sip:a"]);
    expect(pick(4, {}, 2)).toBeUndefined();
    expect([dispatcher.listExists(1), dispatcher.listExists(2)]).toEqual([true, false]);
    expect([dispatcher.isActive(1), dispatcher.isActive(2)]).toEqual([true, false]);
  });

  it("warns of an empty list", () => {
    const { warnings, pick } = benchOf([]);
    expect(warnings).toMatchObject([{ code: "LIST_EMPTY" }]);
    expect(pick(4)).toBeUndefined();
  });

  it("hands out what the script needs of the line", () => {
    const { dispatcher } = benchOf(["1 sip:a 0 0 duid=x;socket=udp:127.0.0.1:5060;sockname=inside;mine=1"]);
    expect(dispatcher.select(1, 4, inputOf())?.destination).toMatchObject({
      set: 1,
      uri: "sip:a",
      duid: "x",
      socket: "udp:127.0.0.1:5060",
      sockname: "inside",
      attrsText: "duid=x;socket=udp:127.0.0.1:5060;sockname=inside;mine=1",
    });
  });
});
