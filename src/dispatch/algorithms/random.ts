/** 6 in Kamailio. */
import { defineAlgorithm, NONE } from "../algorithm.ts";

export const random = defineAlgorithm({
  name: "random",
  number: 6,
  summary: "Any one, all equally likely.",
  scope: "ring",
  createPicker(_options, env) {
    let size = 0;
    return {
      update(candidates) {
        size = candidates.length;
      },
      pick: () => (size === 0 ? NONE : env.random.below(size)),
    };
  },
});
