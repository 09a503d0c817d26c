import { describe, expect, it } from "vitest";
import { defineAlgorithm } from "../../src/dispatch/algorithm.ts";
import { benchOf, inputOf } from "../support/dispatch.ts";

const LINES = ["1 sip:a", "1 sip:b", "1 sip:c"];

describe("a reload keeps the turn of round-robin", () => {
  it.each([
    ["the same list", LINES, "bcab"],
    ["another order", ["1 sip:c", "1 sip:b", "1 sip:a"], "bacb"],
    ["one more at the front", ["1 sip:x", ...LINES], "bcxa"],
    ["the one whose turn it is has gone", ["1 sip:a", "1 sip:c"], "caca"],
    ["only one is left", ["1 sip:a"], "aaaa"],
    ["all are new", ["1 sip:x", "1 sip:y"], "yxyx"],
  ])("%s", (_name, lines, expected) => {
    const { pick, reload } = benchOf(LINES);
    expect(pick(4)).toBe("a");
    reload(lines);
    expect([pick(4), pick(4), pick(4), pick(4)].join("")).toBe(expected);
  });
});

describe("a reload keeps the state of a destination", () => {
  const after = (before: string, letters: string, ...lists: string[][]) => {
    const { dispatcher, reload } = benchOf([before, "1 sip:z"]);
    dispatcher.markAddress(letters, 1, "sip:a");
    for (const lines of lists) reload(lines);
    return dispatcher.snapshot().find(({ uri }) => uri === "sip:a")?.state;
  };

  it.each([
    ["the line is the same", "1 sip:a", "ip", [["1 sip:a"]], "IP"],
    ["priority and attributes changed", "1 sip:a", "ip", [["1 sip:a 0 7 weight=3"]], "IP"],
    ["its flags changed: the file wins", "1 sip:a", "ip", [["1 sip:a 8"]], "AP"],
    ["flags changed to inactive", "1 sip:a", "a", [["1 sip:a 1"]], "IX"],
    ["a mark against the file stays", "1 sip:a 1", "a", [["1 sip:a 1"]], "AX"],
    ["the flags that are not state changed: the file wins", "1 sip:a", "i", [["1 sip:a 32"]], "AN"],
    ["it was gone in between: the file wins", "1 sip:a", "i", [["1 sip:z"], ["1 sip:a"]], "AX"],
    ["in another set it is another one", "1 sip:a", "i", [["2 sip:a"]], "AX"],
  ])("%s", (_name, before, letters, lists, expected) => {
    expect(after(before, letters, ...lists)).toBe(expected);
  });

  it("and how often it was chosen", () => {
    const { dispatcher, pick, reload } = benchOf(LINES);
    pick(4);
    reload(LINES);
    pick(8);
    expect(dispatcher.snapshot().map(({ selected }) => selected)).toEqual([2, 0, 0]);
  });

  it("but of one that was gone, and has no calls, it keeps nothing", () => {
    const { dispatcher, pick, reload } = benchOf(LINES);
    pick(4);
    reload(LINES.slice(1));
    reload(LINES);
    expect(dispatcher.snapshot().map(({ selected }) => selected)).toEqual([0, 0, 0]);
  });

  it("but of one that was gone with a call, the file wins over a mark, and the call still counts", () => {
    const lines = ["1 sip:a 0 0 duid=a", "1 sip:b 0 0 duid=b"];
    const { dispatcher, pick, reload } = benchOf(lines, { params: { ds_hash_size: 8 } });
    pick(10, { callId: "c" });
    dispatcher.markAddress("i", 1, "sip:a");
    reload(lines.slice(1));
    reload(lines);
    expect(dispatcher.snapshot()[0]).toMatchObject({ uri: "sip:a", state: "AX", calls: 1 });
  });

  it("and a selection from before it still marks the destination", () => {
    const { dispatcher, reload, pick } = benchOf(LINES);
    const selection = dispatcher.select(1, 8, inputOf());
    reload(LINES);
    expect(selection && dispatcher.markDestination("i", selection.destination)).toBe(true);
    expect(pick(8)).toBe("b");
    expect(selection?.next()?.uri).toBe("sip:b");
  });
});

it("a reload lets warnings be given once more", () => {
  const { pick, reload, warnings } = benchOf(LINES);
  for (let round = 0; round < 2; round++) {
    pick(99);
    pick(99);
    reload(LINES);
  }
  expect(warnings.map(({ code }) => code)).toEqual(["ALGORITHM_UNKNOWN", "ALGORITHM_UNKNOWN"]);
});

describe("a reload of plugins", () => {
  const counting = () =>
    defineAlgorithm({
      name: "counting",
      summary: "One after the other.",
      parseOptions: (raw) => Number(raw ?? 1),
      createPicker(step) {
        let size = 0;
        let turn = -step;
        return {
          update(candidates) {
            size = candidates.length;
          },
          pick() {
            turn = (turn + step) % size;
            return turn;
          },
        };
      },
    });

  it("keeps the picker of a plugin that is the same object", () => {
    const plugin = counting();
    const { pick, reload } = benchOf(LINES, { plugins: [plugin] });
    pick("counting");
    reload(LINES, [plugin]);
    expect(pick("counting")).toBe("b");
  });

  it("makes a new picker for a plugin that was loaded anew", () => {
    const { pick, reload } = benchOf(LINES, { plugins: [counting()] });
    pick("counting");
    reload(LINES, [counting()]);
    expect(pick("counting")).toBe("a");
  });

  it("does not call the picker of a plugin that was replaced", () => {
    let updates = 0;
    const old = defineAlgorithm({
      name: "counting",
      summary: "Counts its updates.",
      createPicker: () => ({ update: () => void updates++, pick: () => 0 }),
    });
    const { pick, reload } = benchOf(LINES, { plugins: [old] });
    pick("counting");
    reload(LINES, [counting()]);
    pick("counting");
    expect(updates).toBe(1);
  });

  it("forgets a plugin that is gone", () => {
    const { pick, reload, warnings } = benchOf(LINES, { plugins: [counting()] });
    reload(LINES, []);
    expect(pick("counting")).toBe("a");
    expect(warnings).toMatchObject([{ code: "ALGORITHM_UNKNOWN" }]);
  });

  it("hands the options over", () => {
    const { pick } = benchOf(LINES, { plugins: [counting()], options: { counting: 2 } });
    expect([pick("counting"), pick("counting")]).toEqual(["a", "c"]);
  });
});
