/**
 * Tells when a data plane has stopped moving. QuickJS cannot interrupt its own natives, and a plugin can loop: only
 * another thread sees it (design: the data plane's heartbeat).
 */
import type { Clock, Timer } from "../support/clock.ts";

const CHECKS_PER_STALL = 10;

/**
 * Calls `onStall` once when `beats` has not changed for `stallMs`. Counted in checks and not by the clock: when the
 * whole process was stopped (a debugger, a suspended machine), the clock has run on, but no check was missed.
 */
export function watchBeats(beats: () => number, stallMs: number, clock: Clock, onStall: () => void): Timer {
  let last = beats();
  let unchanged = 0;
  const timer = clock.every(stallMs / CHECKS_PER_STALL, () => {
    const now = beats();
    if (now !== last) {
      last = now;
      unchanged = 0;
      return;
    }
    unchanged++;
    if (unchanged < CHECKS_PER_STALL) return;
    timer.cancel();
    onStall();
  });
  return timer;
}
