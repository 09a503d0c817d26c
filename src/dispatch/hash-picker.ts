/** The picker that the hash algorithms share: a number from the request, modulo the size of the set. */
import type { Candidate, Picker, PickInput, UriKey } from "./algorithm.ts";
import { NONE } from "./algorithm.ts";
import { hash } from "./hash.ts";

/** `value` returns a number from 0, or NONE when the request lacks what is hashed. */
export function hashPicker(value: (input: PickInput) => number): Picker {
  let size = 0;
  return {
    update(candidates: readonly Candidate[]) {
      size = candidates.length;
    },
    pick(input) {
      const h = value(input);
      return h === NONE || size === 0 ? NONE : h % size;
    },
  };
}

export function hashOfText(text: string | undefined): number {
  return text === undefined ? NONE : hash(text);
}

/** A URI without user hashes as one with an empty user, also where only users are hashed. */
export function hashOfUri(key: UriKey | undefined): number {
  return key === undefined ? NONE : hash(key.user ?? "", key.hostport);
}
