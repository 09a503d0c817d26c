/**
 * Every kind of problem that Signalbox reports, with what to do about it. docs/errors.md is generated from this
 * table. Codes are stable: a user may search for one, a log filter may count one.
 */
export interface ProblemKind {
  /** When it is reported. */
  readonly when: string;
  /** What the user is to do, unless the place of the report knows better. */
  readonly remedy: string;
}

export const PROBLEM_CATALOGUE = {
  // Files
  FILE_UNREADABLE: {
    when: "A file that is needed cannot be read.",
    remedy: "check the path and its permissions",
  },
  // The destination list
  LIST_BAD_LINE: {
    when: "A line of the destination list cannot be used.",
    remedy: "write the line as: SETID URI [FLAGS [PRIORITY [ATTRS]]]",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEM_CATALOGUE;
