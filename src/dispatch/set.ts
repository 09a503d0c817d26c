/**
 * A destination set: the lines of the list with one set id. It keeps them in order, keeps one picker for each
 * algorithm that was asked for, and turns a pick into a Selection.
 */
import type { PickInput } from "./algorithm.ts";
import { NONE } from "./algorithm.ts";
import type { CallLoad } from "./call-load.ts";
import type { Destination } from "./destination.ts";
import { inOrder } from "./destination.ts";
import type { DispatcherParams } from "./params.ts";
import type { Registered } from "./registry.ts";
import type { SeatHost } from "./seat.ts";
import { Seat } from "./seat.ts";
import type { Walk } from "./selection.ts";
import { Selection } from "./selection.ts";

/** Bit of the parameter `flags`: destinations after the chosen one may be tried. */
const KEEP_FOR_FAILOVER = 2;

export interface SetHost extends SeatHost {
  readonly params: DispatcherParams;
  readonly callLoad: CallLoad;
  /** The registered algorithm of this name: a built-in, so it is there. */
  builtIn(name: string): Registered;
  /** Call-load was asked for and cannot count: the parameter is 0, or the destination has no duid. */
  onNotCounted(destination: Destination): void;
}

/** A seat with what its selections need to know. */
interface Place {
  readonly seat: Seat;
  walk: Walk;
}

export class DestinationSet {
  readonly id: number;
  /** In order, ties as `tie_order` has it: what people are shown, and what "first" means. */
  destinations: readonly Destination[] = [];
  #kamailioOrder: readonly Destination[] = [];
  readonly #host: SetHost;
  readonly #withDefault: boolean;
  readonly #places = new Map<Registered, Place>();

  constructor(id: number, host: SetHost) {
    this.id = id;
    this.#host = host;
    this.#withDefault = host.params.use_default !== 0;
  }

  /** Takes a new list. Pickers whose algorithm is not in the registry any more are dropped, the others go on. */
  renew(lines: readonly Destination[], isCurrent: (registered: Registered) => boolean): void {
    this.destinations = inOrder(lines, this.#host.params.tie_order);
    this.#kamailioOrder = inOrder(lines, "kamailio");
    for (const [registered, place] of this.#places) {
      if (isCurrent(registered)) this.#renewPlace(place);
      else this.#places.delete(registered);
    }
  }

  /** A destination of this set turned usable or unusable. */
  refresh(): void {
    for (const { seat } of this.#places.values()) seat.refresh();
  }

  get isActive(): boolean {
    return this.destinations.some((destination) => destination.usable);
  }

  /** `limit`: how many destinations the selection may hand out, the chosen one included; 0 is no limit. */
  select(registered: Registered, input: PickInput, limit: number): Selection | undefined {
    let place = this.#place(registered);
    let chosen = place.seat.choose(input);
    const { fallback } = place.seat.registered.algorithm;
    if (chosen === NONE && fallback !== undefined) {
      place = this.#place(this.#host.builtIn(fallback));
      chosen = place.seat.choose(input);
    }
    const destination = place.seat.ring[chosen];
    if (destination === undefined) return undefined;
    const { params, callLoad } = this.#host;
    const failover = (params.flags & KEEP_FOR_FAILOVER) !== 0;
    const left = failover ? (limit > 0 ? limit - 1 : Number.POSITIVE_INFINITY) : 0;
    const selection = new Selection(place.walk, chosen, destination, left, callLoad);
    if (place.walk.countsCalls && input.method === "INVITE") this.#count(selection, place.walk, input.callId);
    return selection;
  }

  #count(selection: Selection, walk: Walk, callId: string | undefined): void {
    const { destination } = selection;
    if (walk.countsCalls === "duid" && (destination.duid === "" || this.#host.params.ds_hash_size === 0)) {
      this.#host.onNotCounted(destination);
    } else if (callId !== undefined) {
      selection.count(callId);
    }
  }

  /** The place of an algorithm, or round-robin's where it is broken. */
  #place(registered: Registered): Place {
    let place = this.#places.get(registered);
    if (place === undefined) {
      const seat = new Seat(registered, this.#host);
      place = { seat, walk: NO_WALK };
      this.#places.set(registered, place);
      this.#renewPlace(place);
    }
    return place.seat.broken ? this.#place(this.#host.builtIn("round-robin")) : place;
  }

  #renewPlace(place: Place): void {
    const { seat } = place;
    const { tieOrder, countsCalls } = seat.registered.algorithm;
    const ring = tieOrder === "kamailio" ? this.#kamailioOrder : this.destinations;
    seat.renew(ring, this.#withDefault);
    place.walk = {
      ring,
      picksBest: seat.picksBest,
      withDefault: this.#withDefault && ring.length > 1,
      countsCalls: countsCalls ?? false,
    };
  }
}

const NO_WALK: Walk = { ring: [], picksBest: false, withDefault: false, countsCalls: false };
