/**
 * The run-time state of destinations: flags, counters, calls. It is keyed by set and URI and outlives every reload;
 * what a reload replaces is the configuration (destination.ts).
 */
import { DISABLED, INACTIVE, PROBING, SKIPPED, STATE_FLAGS, TRYING } from "./flags.ts";
import type { DispatcherParams } from "./params.ts";

/** Flags, and the one counter that both thresholds share: of failures in a row, or of successes while inactive. */
export interface Health {
  readonly flags: number;
  readonly count: number;
}

type Thresholds = Pick<DispatcherParams, "ds_probing_threshold" | "ds_inactive_threshold">;

/**
 * The health after a request to be `wanted` (state flags). `immediate` is for the marks of scripts and of people,
 * which take effect at once; probes count up to a threshold first. One rule for both, as in Kamailio.
 */
export function nextHealth(now: Health, wanted: number, immediate: boolean, thresholds: Thresholds): Health {
  const wasInactive = (now.flags & INACTIVE) !== 0;
  let flags = wanted & STATE_FLAGS;
  if (flags & DISABLED) return { flags: DISABLED, count: 0 };
  // A failure of what is inactive already leaves it so, and its count of successes begins again.
  if (flags & TRYING && wasInactive) return { flags: (flags & ~TRYING) | INACTIVE, count: 0 };
  if (flags & TRYING) {
    const count = now.count + 1;
    if (!immediate && count < thresholds.ds_probing_threshold) return { flags, count };
    return { flags: (flags & ~TRYING) | INACTIVE, count: 0 };
  }
  if (wasInactive && !immediate && now.count + 1 < thresholds.ds_inactive_threshold) {
    flags |= INACTIVE | (now.flags & PROBING);
    return { flags, count: now.count + 1 };
  }
  return { flags, count: 0 };
}

export class DestinationState implements Health {
  /** The state flags; the others are the line's (flags.ts). */
  flags = 0;
  count = 0;
  /** Calls in progress, where an algorithm counts them. */
  calls = 0;
  /** How often it was chosen since the start. */
  selected = 0;
  /** The FLAGS of the line that this state was last loaded with. */
  listed = 0;

  get usable(): boolean {
    return (this.flags & SKIPPED) === 0;
  }

  /** True when this turned usable into unusable, or back. */
  become(next: Health): boolean {
    const wasUsable = this.usable;
    this.flags = next.flags;
    this.count = next.count;
    return this.usable !== wasUsable;
  }
}

/** The identity of a destination across reloads. */
export function destinationId(set: number, uri: string): string {
  return `${set} ${uri}`;
}

export class StateRegistry {
  #states = new Map<string, DestinationState>();

  /**
   * The states for a new list. Run-time state stays, unless somebody edited the FLAGS of the line: then they mean it,
   * and the file wins. A destination that the list before did not have begins as the file says.
   */
  renew(
    entries: readonly { readonly set: number; readonly uri: string; readonly flags: number }[],
  ): DestinationState[] {
    const renewed = new Map<string, DestinationState>();
    const states = entries.map((entry) => {
      const id = destinationId(entry.set, entry.uri);
      const known = this.#states.get(id);
      const state = known ?? new DestinationState();
      if (known === undefined || known.listed !== entry.flags) {
        state.flags = entry.flags & STATE_FLAGS;
        state.count = 0;
        state.listed = entry.flags;
      }
      renewed.set(id, state);
      return state;
    });
    // What left the list is kept only while calls that it was given are counted, for it may come back.
    for (const [id, state] of this.#states) {
      if (renewed.has(id) || state.calls === 0) continue;
      state.listed = GONE;
      renewed.set(id, state);
    }
    this.#states = renewed;
    return states;
  }
}

/** No line has these flags: whatever it comes back with wins. */
const GONE = -1;
