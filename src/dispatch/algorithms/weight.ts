/** 9 in Kamailio. */
import type { Candidate, Picker } from "../algorithm.ts";
import { defineAlgorithm, NONE } from "../algorithm.ts";
import { SLOTS, shuffle } from "../slots.ts";

export const weight = defineAlgorithm({
  name: "weight",
  number: 9,
  summary: "In proportion to the attribute weight: of every 100 calls, that many.",
  scope: "ring",
  createPicker: (_options, env) => new WeightPicker((slots) => shuffle(slots, env.random)),
});

class WeightPicker implements Picker {
  readonly #shuffle: (slots: number[]) => void;
  #slots: number[] = [];
  #at = 0;
  /** What the slots were made from. */
  #made = "";

  constructor(shuffleSlots: (slots: number[]) => void) {
    this.#shuffle = shuffleSlots;
  }

  /** Only another list of weights makes new slots: a destination that goes down is passed over by the set. */
  update(candidates: readonly Candidate[]): void {
    const weights = candidates.map((candidate) => candidate.weight);
    const key = weights.join();
    if (key === this.#made) return;
    this.#made = key;
    this.#slots = weightSlots(weights);
    this.#shuffle(this.#slots);
  }

  pick(): number {
    const index = this.#slots[this.#at] ?? NONE;
    this.#at = (this.#at + 1) % SLOTS;
    return index;
  }
}

/**
 * Each entry takes as many slots as its weight, until all 100 are gone; what is left goes to the last entry. When the
 * first entry has no weight, it takes all: Kamailio then makes no table.
 */
export function weightSlots(weights: readonly number[]): number[] {
  if (weights.length === 0) return [];
  if (weights[0] === 0) return new Array<number>(SLOTS).fill(0);
  const slots = weights.flatMap((share, index) => new Array<number>(share).fill(index)).slice(0, SLOTS);
  while (slots.length < SLOTS) slots.push(weights.length - 1);
  return slots;
}
