/** 4 in Kamailio. */
import type { Candidate, Picker } from "../algorithm.ts";
import { defineAlgorithm, NONE } from "../algorithm.ts";

export const roundRobin = defineAlgorithm({
  name: "round-robin",
  number: 4,
  summary: "One after the other.",
  scope: "ring",
  createPicker: () => new RoundRobinPicker(),
});

class RoundRobinPicker implements Picker {
  #candidates: readonly Candidate[] = [];
  #next = 0;

  /** The turn stays with the destination that had it, wherever the new list has put it. */
  update(candidates: readonly Candidate[]): void {
    const turn = this.#candidates[this.#next]?.id;
    const found = candidates.findIndex(({ id }) => id === turn);
    this.#candidates = candidates;
    this.#next = found >= 0 ? found : this.#next % Math.max(1, candidates.length);
  }

  pick(): number {
    if (this.#candidates.length === 0) return NONE;
    const index = this.#next;
    this.used(index);
    return index;
  }

  used(index: number): void {
    this.#next = index + 1 < this.#candidates.length ? index + 1 : 0;
  }
}
