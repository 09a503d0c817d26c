/**
 * The dispatcher as scripts and the proxy use it: sets of destinations, the algorithms that choose among them, and
 * the state that outlives the lists. It knows no SIP: requests come as a PickInput, URIs are texts.
 */
import type { Clock, Timer } from "../support/clock.ts";
import { nearest } from "../support/nearest.ts";
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import type { Random } from "../support/random.ts";
import type { Algorithm, PickInput } from "./algorithm.ts";
import { CallLoad } from "./call-load.ts";
import type { Endpoint } from "./destination.ts";
import { Destination } from "./destination.ts";
import { formatFlags, INACTIVE, PROBING, parseStateLetters } from "./flags.ts";
import type { ParsedList } from "./list.ts";
import type { DispatcherParams } from "./params.ts";
import type { RawOptions, Registered } from "./registry.ts";
import { AlgorithmRegistry } from "./registry.ts";
import type { Seat } from "./seat.ts";
import type { Selection } from "./selection.ts";
import type { SetHost } from "./set.ts";
import { DestinationSet } from "./set.ts";
import type { Match, Source } from "./source-index.ts";
import { SourceIndex } from "./source-index.ts";
import { nextHealth, StateRegistry } from "./state.ts";
import { WarnOnce } from "./warn-once.ts";

export interface DispatcherEnv {
  readonly params: DispatcherParams;
  readonly clock: Clock;
  readonly random: Random;
  warn(problem: Problem): void;
  /** Options of algorithms, by name. */
  readonly options?: RawOptions;
}

/** As in control/engine-api.ts. */
export interface DestinationStatus {
  readonly set: number;
  readonly uri: string;
  readonly state: string;
  readonly selected: number;
  readonly calls: number;
}

/** Told after the state has changed; must not throw, and may be called while a script runs. */
export type StateChangeListener = (destination: Destination, usable: boolean) => void;

export const ANY_SET = -1;

export class Dispatcher {
  readonly #env: DispatcherEnv;
  readonly #states = new StateRegistry();
  readonly #callLoad: CallLoad;
  readonly #host: SetHost;
  readonly #sweep: Timer;
  readonly #warnings: WarnOnce;
  #sets: ReadonlyMap<number, DestinationSet> = new Map();
  #sources = new SourceIndex([]);
  #registry: AlgorithmRegistry;
  #onStateChange: StateChangeListener | undefined;
  #pickerFailures = 0;

  constructor(env: DispatcherEnv) {
    const { params, clock, random } = env;
    this.#env = env;
    this.#warnings = new WarnOnce((found) => env.warn(found));
    this.#registry = new AlgorithmRegistry([], env.options);
    this.#callLoad = new CallLoad(clock, params);
    this.#host = {
      params,
      clock,
      random,
      callLoad: this.#callLoad,
      builtIn: (name) => this.#registry.find(name) as Registered,
      onPickerFailure: (seat, reason) => this.#pickerFailed(seat, reason),
      onNotCounted: (destination) => this.#notCounted(destination),
    };
    const everyMs = Math.max(1, params.ds_hash_check_interval) * 1000;
    this.#sweep = clock.every(everyMs, () => this.#callLoad.sweep());
  }

  /**
   * Swaps in a list and plugins. Never throws: a plugin that cannot be taken is left out and reported, so whoever
   * would rather refuse it looks at `new AlgorithmRegistry(plugins, options).problems` first.
   * `endpoints`, by URI, is what `isFromList` matches against.
   */
  load(list: ParsedList, plugins: readonly Algorithm[], endpoints?: ReadonlyMap<string, Endpoint>): void {
    const registry = new AlgorithmRegistry(plugins, this.#env.options, this.#registry);
    const states = this.#states.renew(list.entries);
    const lines = new Map<number, Destination[]>();
    list.entries.forEach((entry, index) => {
      const state = states[index];
      if (state === undefined) return;
      const destination = new Destination(entry, state, endpoints?.get(entry.uri));
      const others = lines.get(entry.set);
      if (others) others.push(destination);
      else lines.set(entry.set, [destination]);
    });
    this.#registry = registry;
    this.#warnings.forget();
    const isCurrent = (registered: Registered) => registry.find(registered.algorithm.name) === registered;
    const sets = new Map<number, DestinationSet>();
    for (const id of [...lines.keys()].sort((a, b) => a - b)) {
      const set = this.#sets.get(id) ?? new DestinationSet(id, this.#host);
      set.renew(lines.get(id) ?? [], isCurrent);
      sets.set(id, set);
    }
    this.#sets = sets;
    this.#sources = new SourceIndex([...sets.values()].flatMap((set) => set.destinations));
    for (const found of registry.problems) this.#env.warn(found);
    if (sets.size === 0)
      this.#env.warn(problem("LIST_EMPTY", "the list has no destination", { file: list.file }));
  }

  /**
   * Chooses a destination; undefined when the set does not exist or has none to offer. `limit` cuts what the
   * selection may hand out, the chosen one included; 0 is no limit.
   */
  select(set: number, algorithm: number | string, input: PickInput, limit = 0): Selection | undefined {
    const found = this.#sets.get(set);
    if (found === undefined) return undefined;
    return found.select(this.#registry.find(algorithm) ?? this.#unknown(algorithm), input, limit);
  }

  listExists(set: number): boolean {
    return this.#sets.has(set);
  }

  /** Whether the set has a usable destination, or, with `uri`, whether that one is usable. */
  isActive(set: number, uri?: string): boolean {
    const found = this.#sets.get(set);
    if (found === undefined) return false;
    if (uri === undefined) return found.isActive;
    return found.destinations.some((destination) => destination.uri === uri && destination.usable);
  }

  /** The destination that a message came from. `mode` as in source-index.ts. */
  isFromList(set: number, mode: number, source: Source): Match | undefined {
    return this.#sources.find(set === ANY_SET ? undefined : set, mode, source);
  }

  /**
   * Sets the state that the letters name (`ds_mark_dst`), at once. Without letters: inactive, and probing where
   * `ds_probing_mode` is 1. False for letters that mean nothing.
   */
  markDestination(letters: string | undefined, destination: Destination): boolean {
    const { params } = this.#env;
    const byDefault = INACTIVE | (params.ds_probing_mode === 1 ? PROBING : 0);
    const wanted = letters === undefined ? byDefault : parseStateLetters(letters);
    if (wanted === undefined) return false;
    this.#setState(destination, wanted, true);
    return true;
  }

  /** The same for a destination by its URI, compared whole and without case. False when the set has no such URI. */
  markAddress(letters: string, set: number, uri: string): boolean {
    const wanted = uri.toLowerCase();
    const found = this.#sets
      .get(set)
      ?.destinations.find((destination) => destination.uri.toLowerCase() === wanted);
    return found !== undefined && this.markDestination(letters, found);
  }

  /** `ds_load_update()`: BYE and CANCEL end a call, a 2xx to an INVITE confirms it, anything else changes nothing. */
  loadUpdate(method: string, isReply: boolean, status: number, callId: string): void {
    if (isReply) {
      if (method === "INVITE" && status >= 200 && status < 300) this.#callLoad.confirm(callId);
    } else if (method === "BYE" || method === "CANCEL") {
      this.#callLoad.remove(callId);
    }
  }

  /** `ds_load_unset()`: the call has failed. False when it is not counted. */
  loadUnset(callId: string): boolean {
    return this.#callLoad.remove(callId);
  }

  onStateChange(listener: StateChangeListener): void {
    this.#onStateChange = listener;
  }

  /** By set id, in each set in its order. */
  snapshot(): DestinationStatus[] {
    return [...this.#sets.values()].flatMap((set) =>
      set.destinations.map(({ uri, flags, state }) => ({
        set: set.id,
        uri,
        state: formatFlags(flags),
        selected: state.selected,
        calls: state.calls,
      })),
    );
  }

  /** Since the start, but for `dispatcher_calls`, which is now. */
  counters(): Record<string, number> {
    return { dispatcher_calls: this.#callLoad.size, dispatcher_picker_failures: this.#pickerFailures };
  }

  close(): void {
    this.#sweep.cancel();
  }

  #setState(destination: Destination, wanted: number, immediate: boolean): void {
    const { state } = destination;
    if (!state.become(nextHealth(state, wanted, immediate, this.#env.params))) return;
    this.#sets.get(destination.set)?.refresh();
    this.#onStateChange?.(destination, state.usable);
  }

  #unknown(asked: number | string): Registered {
    this.#warnings.warn(`algorithm ${asked}`, () => {
      const { names } = this.#registry;
      const near = typeof asked === "string" ? nearest(asked, names) : undefined;
      const remedy = near === undefined ? `known are ${names.join(", ")}` : `did you mean "${near}"?`;
      const message = `there is no algorithm ${JSON.stringify(asked)}; the first destination is taken`;
      return problem("ALGORITHM_UNKNOWN", message, undefined, remedy);
    });
    return this.#host.builtIn("first");
  }

  #pickerFailed(seat: Seat, reason: string): void {
    this.#pickerFailures++;
    if (!seat.broken) return;
    const { name } = seat.registered.algorithm;
    const set = seat.ring[0]?.set;
    const where = set === undefined ? "a set" : `set ${set}`;
    this.#env.warn(
      problem("ALGORITHM_FAILED", `algorithm "${name}" failed, ${where} uses round-robin: ${reason}`),
    );
  }

  #notCounted(destination: Destination): void {
    if (this.#env.params.ds_hash_size === 0) {
      this.#warnings.warn("call-load off", () =>
        problem("CALL_LOAD_OFF", "call-load is used, but ds_hash_size is 0"),
      );
      return;
    }
    this.#warnings.warn(`duid ${destination.id}`, () =>
      problem(
        "CALL_LOAD_NO_DUID",
        `${destination.uri} in set ${destination.set} has no duid: its calls do not count`,
      ),
    );
  }
}
