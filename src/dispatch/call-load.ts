/**
 * Which calls are in progress, and where: a table by Call-ID, as Kamailio keeps for its algorithm 10. Nothing here
 * follows a call by itself. A selection adds it; `ds_load_update()` in the script confirms or ends it;
 * `ds_load_unset()` ends it; one that nobody ends expires. The counts are on the states of the destinations, so both
 * calls and counts live through a reload.
 */
import type { Clock } from "../support/clock.ts";
import type { DispatcherParams } from "./params.ts";
import type { DestinationState } from "./state.ts";

interface Call {
  readonly state: DestinationState;
  /** Milliseconds of the clock. */
  readonly since: number;
  confirmed: boolean;
}

export class CallLoad {
  /** In the order of `since`, which the sweep relies on: what is added, and what moves, goes to the end. */
  readonly #calls = new Map<string, Call>();
  readonly #clock: Clock;
  readonly #confirmedMs: number;
  readonly #unconfirmedMs: number;

  constructor(clock: Clock, params: Pick<DispatcherParams, "ds_hash_expire" | "ds_hash_initexpire">) {
    this.#clock = clock;
    this.#confirmedMs = params.ds_hash_expire * 1000;
    this.#unconfirmedMs = params.ds_hash_initexpire * 1000;
  }

  /** Calls in the table. */
  get size(): number {
    return this.#calls.size;
  }

  /** False, and nothing changes, when the Call-ID is in the table: a retransmission or a re-INVITE is no new call. */
  add(callId: string, state: DestinationState): boolean {
    if (this.#calls.has(callId)) return false;
    this.#calls.set(detached(callId), { state, since: this.#clock.now(), confirmed: false });
    state.calls++;
    return true;
  }

  /** The call was accepted: from now on `ds_hash_expire` counts, from its beginning. */
  confirm(callId: string): boolean {
    const call = this.#calls.get(callId);
    if (call === undefined) return false;
    call.confirmed = true;
    return true;
  }

  remove(callId: string): boolean {
    const call = this.#calls.get(callId);
    if (call === undefined) return false;
    this.#calls.delete(callId);
    call.state.calls = Math.max(0, call.state.calls - 1);
    return true;
  }

  /** Failover: the call leaves where it was and begins anew elsewhere. */
  move(callId: string, state: DestinationState): void {
    this.remove(callId);
    this.add(callId, state);
  }

  /** Ends the calls whose time is over; returns how many. */
  sweep(): number {
    const now = this.#clock.now();
    const shortest = Math.min(this.#confirmedMs, this.#unconfirmedMs);
    let ended = 0;
    for (const [callId, call] of this.#calls) {
      const age = now - call.since;
      if (age <= shortest) break;
      if (age <= (call.confirmed ? this.#confirmedMs : Math.min(this.#confirmedMs, this.#unconfirmedMs)))
        continue;
      this.remove(callId);
      ended++;
    }
    return ended;
  }
}

/** A Call-ID is a piece of the text of its message, and would keep all of that in memory for as long as the call. */
function detached(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
