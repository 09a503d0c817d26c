/**
 * Everything that a route script may use, declared once. The prelude implements it (prelude/functions.ts, ksr.ts,
 * request.ts); routes/signalbox.d.ts and docs/routes.md are generated from it; a test compares the two and tries
 * the arguments of each row.
 */
import { DECISIONS } from "./decisions.ts";
import { DISPATCHER } from "./dispatcher.ts";
import { MESSAGES } from "./messages.ts";
import type { BuiltIn } from "./row.ts";

export interface Group {
  readonly title: string;
  readonly functions: readonly BuiltIn[];
}

export const GROUPS: readonly Group[] = [
  { title: "Deciding", functions: DECISIONS },
  { title: "Destinations", functions: DISPATCHER },
  { title: "Messages and the log", functions: MESSAGES },
];

export const BUILT_INS: readonly BuiltIn[] = GROUPS.flatMap(({ functions }) => functions);
