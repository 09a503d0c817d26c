/** 10 in Kamailio. The counting of calls is not here but in ../call-load.ts. */
import type { Candidate } from "../algorithm.ts";
import { defineAlgorithm, NONE } from "../algorithm.ts";

export const callLoad = defineAlgorithm({
  name: "call-load",
  number: 10,
  summary:
    "The one with the fewest calls in progress that is below its maxload; no choice when all are full.",
  scope: "ring",
  countsCalls: "duid",
  createPicker() {
    let candidates: readonly Candidate[] = [];
    return {
      update(next) {
        candidates = next;
      },
      pick(input) {
        if (candidates.length === 0) return NONE;
        return input.method === "INVITE" ? leastLoaded(candidates) : 0;
      },
    };
  },
});

function leastLoaded(candidates: readonly Candidate[]): number {
  let best = NONE;
  let fewest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < candidates.length; index++) {
    const candidate = candidates[index];
    if (candidate === undefined || !candidate.usable) continue;
    const { calls, maxload } = candidate;
    if (calls >= fewest || (maxload > 0 && calls >= maxload)) continue;
    best = index;
    fewest = calls;
  }
  return best;
}
