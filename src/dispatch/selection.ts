/**
 * What a selection chose, and the destinations to try after it. The rest is not a list but a walk: it is looked at
 * only when the script asks for the next one, and passes over what has gone down since.
 */
import { NONE } from "./algorithm.ts";
import type { CallLoad } from "./call-load.ts";
import type { Destination } from "./destination.ts";
import type { DestinationState } from "./state.ts";

/** What a walk needs to know of the set it walks. */
export interface Walk {
  readonly ring: readonly Destination[];
  /** All of the best priority come before lower ones; otherwise around the ring, as in Kamailio. */
  readonly picksBest: boolean;
  /** The last of the ring comes last whatever the order. */
  readonly withDefault: boolean;
  /** As in Algorithm. */
  readonly countsCalls: boolean | "duid";
}

export class Selection {
  /** Where to send now: the chosen one, then what `next` went on to. */
  destination: Destination;
  /** The Call-ID under which the call is counted; undefined when it is not. */
  #callId: string | undefined;
  readonly #callLoad: CallLoad;
  readonly #walk: Walk;
  readonly #start: number;
  #step = 0;
  #left: number;

  /** `left`: how many more `next` may hand out; 0 turns failover off. */
  constructor(walk: Walk, start: number, chosen: Destination, left: number, callLoad: CallLoad) {
    this.destination = chosen;
    this.#walk = walk;
    this.#start = start;
    this.#left = left;
    this.#callLoad = callLoad;
    chosen.state.selected++;
  }

  /** Whether the call is counted, so that the record carries a `dstid`. */
  get counted(): boolean {
    return this.#callId !== undefined;
  }

  /** Counts the call. False when the Call-ID is counted already. */
  count(callId: string): boolean {
    if (!this.#callLoad.add(callId, this.destination.state)) return false;
    this.#callId = callId;
    return true;
  }

  /** Goes on to the next usable destination, and moves the call there. Undefined at the end. */
  next(): Destination | undefined {
    if (this.#left <= 0) return undefined;
    const found = this.#advance();
    if (found === undefined) {
      this.#left = 0;
      return undefined;
    }
    this.#left--;
    this.destination = found;
    found.state.selected++;
    this.#moveCall(found.state, found.duid);
    return found;
  }

  #advance(): Destination | undefined {
    const { ring, withDefault } = this.#walk;
    const others = ring.length - 1;
    const last = ring.length - 1;
    while (this.#step < others) {
      const place = this.#place(this.#step++);
      const destination = ring[place];
      if (destination && !(withDefault && place === last) && this.#canTake(destination)) return destination;
    }
    if (this.#step > others || !withDefault || this.#start === last) return undefined;
    this.#step++;
    const fallback = ring[last];
    return fallback && this.#canTake(fallback) ? fallback : undefined;
  }

  /** The place in the ring of the n-th after the chosen one, from 0. */
  #place(step: number): number {
    const { ring, picksBest } = this.#walk;
    if (!picksBest) return (this.#start + 1 + step) % ring.length;
    // First around those of the same priority; then down from there, and around to better ones that have come back.
    const { priority } = ring[this.#start] ?? { priority: NONE };
    let low = this.#start;
    while (low > 0 && ring[low - 1]?.priority === priority) low--;
    let high = this.#start + 1;
    while (high < ring.length && ring[high]?.priority === priority) high++;
    const peers = high - low;
    if (step < peers - 1) return low + ((this.#start - low + 1 + step) % peers);
    return (high + step - (peers - 1)) % ring.length;
  }

  /** Room is needed only for what is counted: an OPTIONS, or an INVITE that comes again, goes anywhere. */
  #canTake(destination: Destination): boolean {
    return destination.usable && (this.#callId === undefined || destination.hasRoom);
  }

  #moveCall(state: DestinationState, duid: string): void {
    if (this.#callId === undefined) return;
    if (this.#walk.countsCalls !== "duid" || duid !== "") {
      this.#callLoad.move(this.#callId, state);
      return;
    }
    this.#callLoad.remove(this.#callId);
    this.#callId = undefined;
  }
}
