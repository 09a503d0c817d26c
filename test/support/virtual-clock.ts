/** A clock that stands still until a test moves it. Timers run in the order of their times, inside `advance`. */
import type { Clock, Timer } from "../../src/support/clock.ts";

interface Pending {
  at: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  #now = 0;
  readonly #startedAt: number;
  readonly #pending = new Set<Pending>();

  /** `startedAt`: what `wallClock` says at the start, in milliseconds since 1970. */
  constructor(startedAt = Date.UTC(2026, 0, 1)) {
    this.#startedAt = startedAt;
  }

  now(): number {
    return this.#now;
  }

  wallClock(): number {
    return this.#startedAt + this.#now;
  }

  after(ms: number, run: () => void): Timer {
    return this.#add({ at: this.#now + ms, every: undefined, run });
  }

  every(ms: number, run: () => void): Timer {
    // A period of 0 would never let `advance` end; the real clock rounds it up in the same way.
    const period = Math.max(1, ms);
    return this.#add({ at: this.#now + period, every: period, run });
  }

  /** Timers that have not run and were not cancelled: a test of `close()` expects 0. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Moves on by `ms`, and runs what falls due on the way, at its time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      this.#now = Math.max(this.#now, next.at);
      if (next.every === undefined) this.#pending.delete(next);
      else next.at += next.every;
      next.run();
    }
    this.#now = end;
  }

  #add(pending: Pending): Timer {
    this.#pending.add(pending);
    return { cancel: () => this.#pending.delete(pending) };
  }

  /** The earliest by then; of several at one time, the one that was added first. */
  #due(end: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.at <= end && pending.at < (earliest?.at ?? Number.POSITIVE_INFINITY)) earliest = pending;
    }
    return earliest;
  }
}
