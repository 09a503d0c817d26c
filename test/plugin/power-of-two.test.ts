import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Algorithm, Candidate, Picker, PickInput } from "../../src/dispatch/algorithm.ts";
import { NONE } from "../../src/dispatch/algorithm.ts";
import { compilePlugins } from "../../src/plugin/compile.ts";
import { loadPlugins } from "../../src/plugin/load.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import { systemClock } from "../../src/support/clock.ts";
import type { Random } from "../../src/support/random.ts";
import { seededRandom } from "../../src/support/random.ts";

let powerOfTwo: Algorithm;
beforeAll(async () => {
  const compiled = await compilePlugins("plugins");
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const loaded = await loadPlugins(compiled.plugins, []);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  powerOfTwo = loaded.algorithms.find((algorithm) => algorithm.name === "power-of-two")!;
});
afterAll(() => closeBundler());

const input = { method: "INVITE", sourceIp: "192.0.2.1" } as PickInput;

function candidate(calls: number, weight = 0): Candidate & { calls: number } {
  const fields = { id: "", uri: "", priority: 0, rweight: 0, maxload: 0, duid: "", usable: true };
  return { ...fields, attrs: new Map(), calls, weight };
}

function pickerFor(candidates: readonly Candidate[], random: Random): Picker {
  const picker = powerOfTwo.createPicker(undefined, { clock: systemClock, random });
  picker.update(candidates);
  return picker;
}

/** Dice that fall as told; `second` counts among the others. */
function loaded(...falls: number[]): Random {
  return { next: () => 0, below: () => falls.shift()! };
}

describe("power-of-two", () => {
  it("says that it counts calls", () => expect(powerOfTwo.countsCalls).toBe(true));

  const rows: [string, Candidate[], number[], number][] = [
    ["none is NONE", [], [], NONE],
    ["one is that one, without dice", [candidate(9)], [], 0],
    ["the first drawn when it has fewer", [candidate(1), candidate(2), candidate(0)], [0, 0], 0],
    ["the second drawn when it has fewer", [candidate(3), candidate(2), candidate(0)], [0, 0], 1],
    ["the first drawn on a tie", [candidate(2), candidate(2), candidate(0)], [1, 0], 1],
    ["the others move up: 1 of the others of 1 is 2", [candidate(0), candidate(2), candidate(1)], [1, 1], 2],
    [
      "twice the calls on three times the weight is less busy",
      [candidate(2, 30), candidate(1, 10)],
      [1, 0],
      0,
    ],
    ["no weight is a weight of 1", [candidate(3), candidate(4, 2)], [0, 0], 1],
  ];
  it.each(rows)("%s", (_name, candidates, falls, expected) => {
    expect(pickerFor(candidates, loaded(...falls)).pick(input)).toBe(expected);
  });

  it("draws every pair alike, and never one twice", () => {
    const candidates = [candidate(0), candidate(1), candidate(2), candidate(3)];
    const picker = pickerFor(candidates, seededRandom(7));
    const shares = [0, 0, 0, 0];
    for (let i = 0; i < 12_000; i++) shares[picker.pick(input)]!++;
    // Of six pairs, the idlest wins three, the next two, the next one; the busiest could win only against itself.
    expect(shares[3]).toBe(0);
    for (const [i, share] of [6000, 4000, 2000].entries())
      expect(Math.abs(shares[i]! - share)).toBeLessThan(300);
  });

  it("keeps calls far more even than one draw does", () => {
    const spread = (pick: (candidates: readonly Candidate[], random: Random) => number): number => {
      const candidates = Array.from({ length: 50 }, () => candidate(0));
      const random = seededRandom(11);
      for (let i = 0; i < 5000; i++) candidates[pick(candidates, random)]!.calls++;
      return Math.max(...candidates.map((one) => one.calls)) - 100;
    };
    const oneDraw = spread((candidates, random) => random.below(candidates.length));
    let picker: Picker | undefined;
    const twoDraws = spread((candidates, random) => {
      picker ??= pickerFor(candidates, random);
      return picker.pick(input);
    });
    expect(twoDraws).toBeLessThan(6);
    expect(oneDraw).toBeGreaterThan(3 * twoDraws);
  });
});
