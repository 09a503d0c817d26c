/** Everything that a plugin may import: `import { defineAlgorithm, NONE } from "signalbox/plugin"`. */

export type { Algorithm, Candidate, Picker, PickerEnv, PickInput, UriKey } from "../dispatch/algorithm.ts";
export { defineAlgorithm, NONE } from "../dispatch/algorithm.ts";
