/**
 * An algorithm's picker in one set: hands it the candidates it may see, checks what it answers, and finds the usable
 * destination from there. A picker may be a plugin, so every call into it is guarded; one that fails five times in a
 * row, or cannot be set up, is `broken` and is not asked again.
 */
import type { Picker, PickerEnv, PickInput } from "./algorithm.ts";
import { NONE } from "./algorithm.ts";
import type { Destination } from "./destination.ts";
import type { Registered } from "./registry.ts";

const FAILURES_IN_A_ROW = 5;

export interface SeatHost extends PickerEnv {
  /** Each call into a picker that threw or answered nonsense. */
  onPickerFailure(seat: Seat, reason: string): void;
}

export class Seat {
  readonly registered: Registered;
  /** The whole set in this algorithm's order; an index into it is what `choose` returns. */
  ring: readonly Destination[] = [];
  broken = false;
  readonly #host: SeatHost;
  #picker: Picker | undefined;
  #failures = 0;
  /** How many of the ring take part: all, or all but the last where that is the default entry. */
  #size = 0;
  /** Scope "best" only: the place in the ring of each candidate. */
  #places: readonly number[] = [];
  #candidateCount = 0;

  constructor(registered: Registered, host: SeatHost) {
    this.registered = registered;
    this.#host = host;
    try {
      this.#picker = registered.algorithm.createPicker(registered.options, host);
    } catch (error) {
      this.#break(error);
    }
  }

  /** Whether the candidates are only the usable ones of the best priority. */
  get picksBest(): boolean {
    return this.registered.algorithm.scope !== "ring";
  }

  /** Takes a new list. `withDefault`: the last entry is for when there is no other. */
  renew(ring: readonly Destination[], withDefault: boolean): void {
    this.ring = ring;
    this.#size = withDefault && ring.length > 1 ? ring.length - 1 : ring.length;
    this.refresh();
  }

  /** Some destination turned usable or unusable. */
  refresh(): void {
    if (this.broken) return;
    let candidates = this.ring.slice(0, this.#size);
    if (this.picksBest) {
      const best = candidates.find((destination) => destination.usable)?.priority;
      const isBest = (destination: Destination) => destination.usable && destination.priority === best;
      this.#places = candidates.flatMap((destination, place) => (isBest(destination) ? [place] : []));
      candidates = candidates.filter(isBest);
    }
    this.#candidateCount = candidates.length;
    try {
      this.#picker?.update(Object.freeze(candidates));
    } catch (error) {
      this.#break(error);
    }
  }

  /** The place in the ring of the destination to use, or NONE. */
  choose(input: PickInput): number {
    const picked = this.#pick(input);
    if (picked === NONE) return NONE;
    if (picked === NO_CANDIDATE) return this.#default();
    if (this.picksBest) return this.#places[picked] ?? NONE;
    return this.#probe(picked);
  }

  #pick(input: PickInput): number {
    // A picker that may see only usable ones has nothing to choose from when all are down.
    if (this.#candidateCount === 0) return NO_CANDIDATE;
    let answer: unknown;
    try {
      answer = this.#picker?.pick(input);
    } catch (error) {
      this.#fail(describe(error));
      return NONE;
    }
    if (Number.isInteger(answer) && (answer as number) >= NONE && (answer as number) < this.#candidateCount) {
      this.#failures = 0;
      return answer as number;
    }
    // A picker must not be asynchronous; one that is must not end the process with a rejection either.
    if (answer instanceof Promise) answer.catch(() => undefined);
    const found = typeof answer === "number" ? String(answer) : typeof answer;
    this.#fail(`it answered ${found}, with ${this.#candidateCount} candidates`);
    return NONE;
  }

  /** Kamailio's rule: from the picked one on, around, to the first that is usable. */
  #probe(picked: number): number {
    let place = picked;
    for (let tried = 0; tried < this.#size; tried++) {
      if (this.ring[place]?.usable) {
        if (place !== picked) this.#tellUsed(place);
        return place;
      }
      place = place + 1 < this.#size ? place + 1 : 0;
    }
    return this.#default();
  }

  #default(): number {
    const last = this.ring.length - 1;
    return this.#size === last && this.ring[last]?.usable ? last : NONE;
  }

  #tellUsed(place: number): void {
    try {
      this.#picker?.used?.(place);
    } catch (error) {
      this.#fail(describe(error));
    }
  }

  #fail(reason: string): void {
    this.#failures++;
    if (this.#failures >= FAILURES_IN_A_ROW) this.broken = true;
    this.#host.onPickerFailure(this, reason);
  }

  #break(error: unknown): void {
    this.broken = true;
    this.#host.onPickerFailure(this, describe(error));
  }
}

/** Not an answer of a picker's, which is NONE or more. */
const NO_CANDIDATE = NONE - 1;

function describe(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === "string" ? `it threw "${error}"` : `it threw a value of type ${typeof error}`;
}
