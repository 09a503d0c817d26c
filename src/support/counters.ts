/** Counts since the start. A plain object with its fields fixed from the beginning: counting is one addition. */
export const COUNTER_NAMES = [
  "requests_received",
  "responses_received",
  "keepalives_received",
  "malformed_dropped",
  "requests_refused",
  "acks_absorbed",
  "requests_forwarded",
  "responses_forwarded",
  "responses_dropped",
  "requests_replied",
  "requests_dropped",
  "script_errors",
  "script_undecided",
  "forward_failures",
  "send_errors",
] as const;

export type Counters = Record<(typeof COUNTER_NAMES)[number], number>;

export function newCounters(): Counters {
  return Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Counters;
}
