import { describe, expect, it } from "vitest";
import type { Algorithm, Candidate, Picker } from "../../src/dispatch/algorithm.ts";
import { defineAlgorithm, NONE } from "../../src/dispatch/algorithm.ts";
import { AlgorithmRegistry } from "../../src/dispatch/registry.ts";
import { benchOf } from "../support/dispatch.ts";

const LINES = ["1 sip:a", "1 sip:b", "1 sip:c"];

function plugin(picker: Partial<Picker>, more: Partial<Algorithm> = {}): Algorithm {
  return defineAlgorithm<unknown>({
    name: "mine",
    summary: "A plugin.",
    createPicker: () => ({ update: () => undefined, pick: () => 0, ...picker }),
    ...more,
  });
}

/** What a plugin may answer, against what its type promises. */
const answering = (answer: unknown) => () => answer as number;

const NONSENSE: readonly [name: string, pick: () => number][] = [
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  [
    "throws nothing much",
    () => {
      throw null;
    },
  ],
  [
    "throws an object without prototype",
    () => {
      throw Object.create(null);
    },
  ],
  ["answers a fraction", answering(1.5)],
  ["answers too high an index", answering(3)],
  ["answers too low an index", answering(-2)],
  ["answers NaN", answering(Number.NaN)],
  ["answers nothing", answering(undefined)],
  ["answers a text", answering("1")],
  ["answers a symbol", answering(Symbol("one"))],
  ["answers an object without prototype", answering(Object.create(null))],
  ["answers a promise that is kept", () => Promise.resolve(1) as unknown as number],
  ["answers a promise that is broken", () => Promise.reject(new Error("late")) as unknown as number],
];

describe("a plugin that misbehaves", () => {
  it.each(NONSENSE)("%s: no choice four times, then round-robin, with one warning", (_name, pick) => {
    const bench = benchOf([...LINES, "2 sip:x"], { plugins: [plugin({ pick })] });
    const chosen = Array.from({ length: 9 }, () => bench.pick("mine"));
    expect(chosen).toEqual([undefined, undefined, undefined, undefined, undefined, "a", "b", "c", "a"]);
    expect(bench.warnings).toMatchObject([
      { code: "ALGORITHM_FAILED", message: expect.stringContaining('"mine"') },
    ]);
    expect(bench.dispatcher.counters()).toMatchObject({ dispatcher_picker_failures: 5 });
  });

  it("only failures in a row count", () => {
    let turn = 0;
    const bench = benchOf(LINES, { plugins: [plugin({ pick: () => (++turn % 5 === 0 ? 0 : 99) })] });
    const chosen = Array.from({ length: 25 }, () => bench.pick("mine"));
    expect(chosen.filter((uri) => uri === "a")).toHaveLength(5);
    expect(bench.warnings).toEqual([]);
  });

  it("NONE is an answer, not a failure", () => {
    const bench = benchOf(LINES, { plugins: [plugin({ pick: () => NONE })] });
    expect(Array.from({ length: 9 }, () => bench.pick("mine"))).toEqual(new Array(9).fill(undefined));
    expect(bench.warnings).toEqual([]);
  });

  const throws = () => {
    throw new Error("broken");
  };

  it.each<[string, Algorithm]>([
    ["createPicker throws", plugin({}, { createPicker: throws })],
    ["update throws", plugin({ update: throws })],
  ])("%s: round-robin at once, with one warning", (_name, algorithm) => {
    const bench = benchOf(LINES, { plugins: [algorithm] });
    expect([bench.pick("mine"), bench.pick("mine")]).toEqual(["a", "b"]);
    expect(bench.warnings).toMatchObject([
      { code: "ALGORITHM_FAILED", message: expect.stringContaining("broken") },
    ]);
  });

  it("stays out while it is the same, and is tried again when it is loaded anew", () => {
    const broken = plugin({ update: throws });
    const bench = benchOf(LINES, { plugins: [broken] });
    bench.pick("mine");
    bench.reload(LINES, [broken]);
    expect(bench.pick("mine")).toBe("b");
    bench.reload(LINES, [plugin({})]);
    expect(bench.pick("mine")).toBe("a");
    expect(bench.warnings).toHaveLength(1);
  });

  it("cannot change the candidates", () => {
    const seen: Candidate[][] = [];
    const update = (candidates: readonly Candidate[]) => void seen.push(candidates as Candidate[]);
    benchOf(LINES, { plugins: [plugin({ update })] }).pick("mine");
    expect(() => seen[0]?.pop()).toThrow(TypeError);
    expect(() => Object.assign(seen[0]?.[0] ?? {}, { weight: 5 })).toThrow(TypeError);
  });
});

describe("a plugin sees", () => {
  const watching = (scope: "best" | "ring" | undefined) => {
    const updates: string[] = [];
    const update = (candidates: readonly Candidate[]) =>
      void updates.push(
        candidates.map(({ uri, usable }) => uri.replace("sip:", usable ? "" : "!")).join(" "),
      );
    const more = scope === undefined ? {} : { scope };
    return { updates, algorithm: plugin({ update }, more) };
  };
  const lines = ["1 sip:a 0 5", "1 sip:b 0 9", "1 sip:c 0 9", "1 sip:d 1 9"];

  it.each([
    [undefined, ["b c", "c", "a", "c", "c"]],
    ["best", ["b c", "c", "a", "c", "c"]],
    ["ring", ["b c !d a", "!b c !d a", "!b !c !d a", "!b c !d a", "!b c !d a"]],
  ] as const)("with scope %s, after each change", (scope, expected) => {
    const { updates, algorithm } = watching(scope);
    const { dispatcher, pick, reload } = benchOf(lines, { plugins: [algorithm] });
    pick("mine");
    dispatcher.markAddress("i", 1, "sip:b");
    dispatcher.markAddress("i", 1, "sip:c");
    dispatcher.markAddress("p", 1, "sip:c");
    reload(lines);
    expect(updates).toEqual(expected);
  });

  it("where the set went on to", () => {
    const used: number[] = [];
    const algorithm = plugin({ pick: () => 1, used: (index) => void used.push(index) }, { scope: "ring" });
    const { pick } = benchOf(["1 sip:a", "1 sip:b 1", "1 sip:c"], { plugins: [algorithm] });
    expect([pick("mine"), used]).toEqual(["c", [2]]);
  });

  it("nothing when all are down", () => {
    const { pick, warnings } = benchOf(["1 sip:a 1"], { plugins: [plugin({})] });
    expect([pick("mine"), warnings]).toEqual([undefined, []]);
  });
});

describe("AlgorithmRegistry", () => {
  const named = (name: unknown, more: Partial<Algorithm> = {}) =>
    plugin({}, { name: name as string, ...more });
  const refuses = () => {
    throw new Error("step must be a number, found x");
  };

  it.each<[string, Algorithm[], string, RegExp]>([
    ["the name of a built-in", [named("round-robin")], "ALGORITHM_NAME_TAKEN", /"round-robin" is taken/],
    ["the name of another plugin", [named("x"), named("x")], "ALGORITHM_NAME_TAKEN", /"x" is taken/],
    ["a number for a name", [named("4")], "ALGORITHM_NAME_TAKEN", /"4" cannot be the name/],
    ["no name", [named(undefined)], "ALGORITHM_NAME_TAKEN", /cannot be the name/],
    ["capitals", [named("Mine")], "ALGORITHM_NAME_TAKEN", /"Mine" cannot be/],
    [
      "the number of a built-in",
      [named("x", { number: 4 })],
      "ALGORITHM_NAME_TAKEN",
      /number 4, which is taken/,
    ],
    [
      "a fallback that is not there",
      [named("x", { fallback: "y" })],
      "ALGORITHM_BAD_OPTIONS",
      /"y".*no built-in/,
    ],
    [
      "options that it refuses",
      [named("x", { parseOptions: refuses })],
      "ALGORITHM_BAD_OPTIONS",
      /"x": step must/,
    ],
  ])("refuses a plugin with %s", (_name, plugins, code, message) => {
    const registry = new AlgorithmRegistry(plugins);
    expect(registry.problems).toMatchObject([{ code, message: expect.stringMatching(message) }]);
    expect(registry.find("round-robin")?.builtIn).toBe(true);
  });

  it.each([
    ["the same plugin and options", { x: { step: 2 } }, true],
    ["other options", { x: { step: 3 } }, false],
    ["no options any more", {}, false],
    ["other options of another one", { x: { step: 2 }, y: 1 }, true],
  ])("keeps what is registered: %s", (_name, options, same) => {
    const x = named("x");
    const before = new AlgorithmRegistry([x], { x: { step: 2 } });
    expect(new AlgorithmRegistry([x], options, before).find("x") === before.find("x")).toBe(same);
  });

  it("the dispatcher leaves such a plugin out, and says so", () => {
    const { pick, warnings } = benchOf(LINES, { plugins: [named("first", { number: 4 })] });
    expect([pick(4), pick(4)]).toEqual(["a", "b"]);
    expect(warnings).toMatchObject([{ code: "ALGORITHM_NAME_TAKEN" }]);
  });
});
