/** 8 in Kamailio, which calls it priority or serial. Also what an unknown algorithm does. */
import { defineAlgorithm, NONE } from "../algorithm.ts";

export const first = defineAlgorithm({
  name: "first",
  number: 8,
  summary: "The first in order of priority; the next ones only when it is down.",
  scope: "ring",
  createPicker() {
    let size = 0;
    return {
      update(candidates) {
        size = candidates.length;
      },
      pick: () => (size === 0 ? NONE : 0),
    };
  },
});
