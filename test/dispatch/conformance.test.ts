/** What every algorithm has to do, whatever it chooses by. */
import { describe, expect, it } from "vitest";
import type { Algorithm, Candidate, PickInput } from "../../src/dispatch/algorithm.ts";
import { NONE } from "../../src/dispatch/algorithm.ts";
import { BUILT_IN_ALGORITHMS } from "../../src/dispatch/algorithms/index.ts";
import { Destination } from "../../src/dispatch/destination.ts";
import { StateRegistry } from "../../src/dispatch/state.ts";
import type { Random } from "../../src/support/random.ts";
import { seededRandom } from "../../src/support/random.ts";
import { inputOf, listOf } from "../support/dispatch.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

function pickerOf(algorithm: Algorithm, random: Random = seededRandom(1)) {
  return algorithm.createPicker(algorithm.parseOptions?.(undefined), { clock: new VirtualClock(), random });
}

function candidates(count: number, weight = (n: number) => 1 + n): readonly Candidate[] {
  const lines = Array.from({ length: count }, (_, n) => `1 sip:d${n} 0 0 duid=d${n};weight=${weight(n)}`);
  const { entries } = listOf(...lines);
  const states = new StateRegistry().renew(entries);
  return Object.freeze(entries.flatMap((entry, n) => (states[n] ? [new Destination(entry, states[n])] : [])));
}

function inputs(count: number): PickInput[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, (_, n) => {
    const text = `${n}-${random.below(1e9)}`;
    const key = { user: text, hostport: "example.com" };
    return Object.freeze(
      inputOf({
        callId: text,
        from: key,
        to: key,
        requestUri: key,
        authUser: text,
        hashText: text,
        sourceIp: "::1",
      }),
    );
  });
}

const BARE: readonly PickInput[] = ["INVITE", "OPTIONS", ""].map((method) =>
  Object.freeze(inputOf({ method })),
);

describe.each(BUILT_IN_ALGORITHMS.map((algorithm) => [algorithm.name, algorithm] as const))(
  "%s",
  (_name, algorithm) => {
    it("has no choice without candidates, also when there were some before", () => {
      const picker = pickerOf(algorithm);
      for (const count of [0, 3, 0]) {
        picker.update(candidates(count));
        for (const input of [...inputs(3), ...BARE]) if (count === 0) expect(picker.pick(input)).toBe(NONE);
      }
    });

    it("chooses the only one", () => {
      const picker = pickerOf(algorithm);
      picker.update(candidates(1));
      expect(inputs(5).map((input) => picker.pick(input))).toEqual([0, 0, 0, 0, 0]);
    });

    it("stays in range when the list changes", () => {
      const picker = pickerOf(algorithm);
      const random = seededRandom(3);
      for (let round = 0; round < 200; round++) {
        const count = 1 + random.below(12);
        picker.update(candidates(count, () => 1 + random.below(100)));
        for (const input of inputs(5)) {
          const index = picker.pick(input);
          expect(Number.isInteger(index) && index >= 0 && index < count).toBe(true);
          picker.used?.(random.below(count));
        }
      }
    });

    it("has a choice or none, but never throws, for a request that lacks everything", () => {
      const picker = pickerOf(algorithm);
      picker.update(candidates(3));
      for (const input of BARE) expect([NONE, 0, 1, 2]).toContain(picker.pick(input));
    });

    it("chooses the same with the same dice", () => {
      const run = () => {
        const picker = pickerOf(algorithm, seededRandom(9));
        picker.update(candidates(5));
        return inputs(300).map((input) => picker.pick(input));
      };
      expect(run()).toEqual(run());
    });

    it("does as well after the same list again", () => {
      const renewed = pickerOf(algorithm);
      const other = pickerOf(algorithm);
      renewed.update(candidates(5));
      other.update(candidates(5));
      const sequence = inputs(300).map((input, n) => {
        if (n % 7 === 0) renewed.update(candidates(5));
        return [renewed.pick(input), other.pick(input)];
      });
      for (const [is, was] of sequence) expect(is).toBe(was);
    });
  },
);
