/**
 * A Problem is anything wrong that a user has to be told of: what, where, and what to do about it. Loading code
 * collects every problem of a file before it gives up; nothing that is loaded at run time throws at its caller.
 */
import type { ProblemCode } from "./problem-catalogue.ts";
import { PROBLEM_CATALOGUE } from "./problem-catalogue.ts";

export interface Place {
  /** Path as the user wrote it, or relative to the working directory. */
  readonly file: string;
  /** 1-based; absent when the whole file is meant. */
  readonly line?: number | undefined;
  /** 1-based. */
  readonly column?: number | undefined;
  /** The text of that line, for the code frame. */
  readonly sourceLine?: string | undefined;
}

export interface Problem {
  readonly code: ProblemCode;
  /** What was wrong, with the value that was found. One sentence, no full stop. */
  readonly message: string;
  readonly place?: Place | undefined;
  /** What to do. Defaults to the catalogue's. */
  readonly remedy: string;
}

export function problem(code: ProblemCode, message: string, place?: Place, remedy?: string): Problem {
  return { code, message, place, remedy: remedy ?? PROBLEM_CATALOGUE[code].remedy };
}

/** `file:line:column`, as editors and terminals make clickable. */
export function formatPlace(place: Place): string {
  let text = place.file;
  if (place.line !== undefined) text += `:${place.line}`;
  if (place.line !== undefined && place.column !== undefined) text += `:${place.column}`;
  return text;
}

/** The offending line with a caret under the column; empty when the source is not known. */
export function codeFrame(place: Place): string {
  if (place.sourceLine === undefined || place.line === undefined) return "";
  const gutter = `${place.line} | `;
  const frame = `  ${gutter}${place.sourceLine.replaceAll("\t", " ")}`;
  if (place.column === undefined) return frame;
  return `${frame}\n  ${" ".repeat(gutter.length + Math.max(0, place.column - 1))}^`;
}

/** The report of one problem, over several lines: place, message, code frame, remedy, code. */
export function formatProblem(p: Problem): string {
  const head = p.place ? `${formatPlace(p.place)}: ${p.message}` : p.message;
  const frame = p.place ? codeFrame(p.place) : "";
  return [`${head} [${p.code}]`, frame, `  -> ${p.remedy}`].filter((line) => line !== "").join("\n");
}

/** For the few places where a problem must end the caller: start-up and command lines. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "ProblemError";
    this.problems = problems;
  }
}
