/**
 * What an algorithm is. Built-ins (algorithms/) and plugins are the same thing: one file that exports one
 * `defineAlgorithm({...})`. An algorithm only chooses; the set (set.ts) filters, checks, skips and accounts.
 */
import type { Clock } from "../support/clock.ts";
import type { Random } from "../support/random.ts";

/** `pick` returns this when it has no choice to offer. */
export const NONE = -1;

/** One destination as an algorithm sees it. Frozen, but for `calls`, which is live. */
export interface Candidate {
  /** Identity across reloads: set and URI. */
  readonly id: string;
  readonly uri: string;
  readonly priority: number;
  /** 1 to 100; 0 when the list gives none. */
  readonly weight: number;
  /** 1 to 100; 0 when the list gives none. */
  readonly rweight: number;
  /** Most calls at once; 0 is no limit. */
  readonly maxload: number;
  /** Attribute `duid`, empty when the list gives none. */
  readonly duid: string;
  /** All attributes of the line, as written. */
  readonly attrs: ReadonlyMap<string, string>;
  /** Not inactive and not disabled, now. Always true for scope "best". */
  readonly usable: boolean;
  /** Calls in progress now. */
  readonly calls: number;
}

/** The parts of a URI that Kamailio hashes: the user, and host with a port that is not the default. */
export interface UriKey {
  /** As written, without password; absent when the URI has none. */
  readonly user: string | undefined;
  /** `host` or `host:port`, as written; absent when only the user is to be hashed (parameter `flags` bit 1). */
  readonly hostport: string | undefined;
}

/**
 * What an algorithm may know of the request. Every value may be missing; each is computed when first asked for.
 * Texts hold one character per byte (latin1), as they came.
 */
export interface PickInput {
  readonly method: string;
  readonly callId: string | undefined;
  readonly from: UriKey | undefined;
  readonly to: UriKey | undefined;
  readonly requestUri: UriKey | undefined;
  /** User part of the digest username of Proxy-Authorization, else of Authorization. */
  readonly authUser: string | undefined;
  /** The text of the parameter `hash_pvar`, trimmed. */
  readonly hashText: string | undefined;
  readonly sourceIp: string;
}

export interface Picker {
  /** The candidates changed: precompute here, O(n) is fine. Called before the first `pick`. */
  update(candidates: readonly Candidate[]): void;
  /** An index into the candidates of the last `update`, or NONE. Synchronous, no I/O, allocates nothing. */
  pick(input: PickInput): number;
  /** The set went on from the index that `pick` returned to this one, because those before it are not usable. */
  used?(index: number): void;
}

export interface PickerEnv {
  readonly clock: Clock;
  readonly random: Random;
}

export interface Algorithm<Options = unknown> {
  /** As scripts write it: `ds_select_dst(1, "round-robin")`. Lower case and dashes; also the file's name. */
  readonly name: string;
  /** One sentence; becomes the row in the docs. */
  readonly summary: string;
  /** Kamailio's number, for built-ins that have one. */
  readonly number?: number;
  /**
   * Which destinations `update` is given. "best" (the default): those usable now, of the best priority that has any.
   * "ring": all of the set, skipped ones included; the index is then a start, and the set goes on from it to the next
   * usable one, around (Kamailio's rule).
   */
  readonly scope?: "best" | "ring";
  /** Order of equal priorities: "file" (the default) as the lines come, "kamailio" the reverse. */
  readonly tieOrder?: "file" | "kamailio";
  /**
   * Calls (INVITEs) that this algorithm places are counted by Call-ID until `ds_load_update()` or expiry ends them.
   * "duid": only those to a destination that has a duid, and only with `ds_hash_size` above 0 (Kamailio's rule).
   */
  readonly countsCalls?: boolean | "duid";
  /** The name of a built-in that chooses, with its own cursor, when `pick` returns NONE. Absent: no choice is made. */
  readonly fallback?: string;
  /** At load only. Throws an Error that names what was wrong. Absent: no options. */
  parseOptions?(raw: unknown): Options;
  createPicker(options: Options, env: PickerEnv): Picker;
}

/** Checks nothing at run time; gives plugin authors types and the host one shape. */
export function defineAlgorithm<Options = undefined>(algorithm: Algorithm<Options>): Algorithm<Options> {
  return algorithm;
}
