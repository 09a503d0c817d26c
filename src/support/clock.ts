/** The time. The only file that names Date, performance or the timer functions, so that tests can use their own. */
import { performance } from "node:perf_hooks";

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds, monotonic, from an arbitrary start. */
  now(): number;
  /** Milliseconds since 1970, for people. */
  wallClock(): number;
  /** Calls once after `ms`; does not keep the process alive. */
  after(ms: number, run: () => void): Timer;
  /** Calls every `ms` until cancelled; does not keep the process alive. */
  every(ms: number, run: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after(ms, run) {
    const handle = setTimeout(run, ms).unref();
    return { cancel: () => clearTimeout(handle) };
  },
  every(ms, run) {
    const handle = setInterval(run, ms).unref();
    return { cancel: () => clearInterval(handle) };
  },
};

const nobodyNotifies = new Int32Array(new SharedArrayBuffer(4));

/** Puts this thread to sleep: nothing runs in it meanwhile. Only for the end of a turn under load (transport/turn.ts). */
export function blockFor(ms: number): void {
  Atomics.wait(nobodyNotifies, 0, 0, ms);
}
