/**
 * What the inside of the sandbox can ask of the outside. Each call crosses from QuickJS into the host, which costs as
 * much as a whole small script, so only what needs the host's state or its parsers is here.
 */

/** The functions that script/program.ts gives to the prelude; `Host` is implemented there. */
export interface Host {
  /** Chooses; the URI chosen, or "" for none. `domain`: a request-URI to be given its host; then that URI. */
  select(set: number, algorithm: string, limit: number, domain: string): string;
  /** The next destination of the last selection; as `select`. */
  next(domain: string): string;
  /** Marks the destination chosen last. */
  mark(state: string): boolean;
  markAddress(state: string, set: number, uri: string): boolean;
  listExists(set: number): boolean;
  isFromList(set: number, mode: number, uri: string): boolean;
  isActive(set: number, uri: string): boolean;
  loadUpdate(): boolean;
  loadUnset(): boolean;
  /** A pseudo-variable of the message; null when it has none. Throws for an unknown name. */
  read(name: string, requestUri: string, destinationUri: string): string | number | null;
  /** All values of a header, each on a line. */
  readAll(header: string): string;
  /** `requestUri` with one of its parts replaced: `$rU`, `$rd`, `$rp`. Throws for what would not be a URI. */
  withPart(name: string, value: string, requestUri: string): string;
  /** Why that cannot be a next hop or a request-URI; "" if it can. */
  uriFault(uri: string): string;
  isMyself(uri: string): boolean;
  log(level: number, text: string): void;
}

/** Levels as pino has them, so that the comparison with the threshold is a number's. */
export const LOG_LEVELS = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** What separates records and fields of the verdict that a run returns; no field may hold one. */
export const RECORD = "\x1e";
export const FIELD = "\x1f";

/** Order of the fields in the snapshot that a run is given; the prefetched pseudo-variables follow. */
export const SNAPSHOT = {
  METHOD: 0,
  REQUEST_URI: 1,
  SOURCE_IP: 2,
  SOURCE_PORT: 3,
  /** "1" when To has a tag. */
  TO_TAG: 4,
  /** Empty when the header is missing. */
  MAX_FORWARDS: 5,
  /** What loose_route() answers, and what the URIs are then (empty: unchanged, none). */
  ROUTE_CODE: 6,
  ROUTE_REQUEST_URI: 7,
  ROUTE_DESTINATION_URI: 8,
  /** Of a response; empty for a request. */
  STATUS: 9,
  REASON: 10,
  LENGTH: 11,
} as const;

/** Marks a prefetched value that is there, that is a number, that is null, or that has lines and must be asked for. */
export const PRESENT = "=";
export const NUMBER = "#";
export const ABSENT = "-";
export const ASK = "?";

/** More than this many pseudo-variables are not prefetched. */
export const MAX_PREFETCHED = 16;
