/** Warnings that would repeat with every request are given once for each list that is loaded. */
import type { Problem } from "../support/problem.ts";

/** Keys may come from requests: after this many different ones no more are remembered, and none reported. */
const MOST = 100;

export class WarnOnce {
  readonly #warn: (problem: Problem) => void;
  readonly #given = new Set<string>();

  constructor(warn: (problem: Problem) => void) {
    this.#warn = warn;
  }

  /** `describe` is called only when the key is new. */
  warn(key: string, describe: () => Problem): void {
    if (this.#given.has(key) || this.#given.size >= MOST) return;
    this.#given.add(key);
    this.#warn(describe());
  }

  forget(): void {
    this.#given.clear();
  }
}
