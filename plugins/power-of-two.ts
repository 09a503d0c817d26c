/**
 * The power of two choices (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001): draw two
 * destinations, take the less busy one. Nearly as even as least-loaded, without every call going to the same newcomer.
 */
import type { Candidate } from "signalbox/plugin";
import { defineAlgorithm, NONE } from "signalbox/plugin";

export const powerOfTwo = defineAlgorithm({
  name: "power-of-two",
  summary: "Draws two destinations at random and takes the one with fewer calls in progress for its weight.",
  countsCalls: true,
  createPicker(_options, { random }) {
    let candidates: readonly Candidate[] = [];
    return {
      update(next) {
        candidates = next;
      },
      pick() {
        const n = candidates.length;
        if (n < 2) return n === 1 ? 0 : NONE;
        const first = random.below(n);
        // One of the others, each as likely: those from `first` on move up by one.
        let second = random.below(n - 1);
        if (second >= first) second++;
        return busier(candidates[first]!, candidates[second]!) ? second : first;
      },
    };
  },
});

/** Whether `a` has more calls for its weight than `b`. No weight in the list counts as 1. */
function busier(a: Candidate, b: Candidate): boolean {
  return a.calls * (b.weight || 1) > b.calls * (a.weight || 1);
}
