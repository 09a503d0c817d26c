/** What the demo knows: calls and health of each destination, and what happened. Pure: events in, state out. */
import type { DestinationStatus, ReloadReport } from "../control/engine-api.ts";
import { formatPlace } from "../support/problem.ts";
import type { CallEvent } from "./caller.ts";

export interface Row {
  readonly set: number;
  readonly uri: string;
  /** Kamailio's letters; `-` for an endpoint that is in no list. */
  readonly state: string;
  readonly calls: number;
  readonly inProgress: number;
}

export interface BoardEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
  readonly tone: "good" | "bad" | "plain";
  /** Events that say the same thing have the same key; a repeat counts instead of taking a new line. */
  readonly key: string;
  readonly times: number;
}

export interface Board {
  readonly proxy: string;
  readonly rows: readonly Row[];
  readonly placed: number;
  readonly answered: number;
  readonly failed: number;
  /** Oldest first. */
  readonly events: readonly BoardEvent[];
}

/** What an answering endpoint counted by itself. */
export interface AnswererCount {
  readonly uri: string;
  readonly calls: number;
  readonly inProgress: number;
}

const MOST_EVENTS = 50;

export function emptyBoard(proxy: string): Board {
  return { proxy, rows: [], placed: 0, answered: 0, failed: 0, events: [] };
}

/** The list as the proxy sees it, with the counts of the endpoints themselves where there are any. */
export function withDestinations(
  board: Board,
  destinations: readonly DestinationStatus[],
  counts: readonly AnswererCount[],
  at: number,
): Board {
  const listed = destinations.map(({ set, uri, state, selected, calls }): Row => {
    const own = counts.find((count) => count.uri === uri);
    return { set, uri, state, calls: own?.calls ?? selected, inProgress: own?.inProgress ?? calls };
  });
  const unlisted = counts
    .filter(({ uri }) => !destinations.some((destination) => destination.uri === uri))
    .map((count): Row => ({ set: 0, state: "-", ...count }));
  const rows = [...listed, ...unlisted];
  let next: Board = { ...board, rows };
  for (const row of rows) {
    const before = board.rows.find(({ set, uri }) => set === row.set && uri === row.uri);
    if (before && before.state !== row.state) {
      const text = `${row.uri} turned ${describeState(row.state)} from ${describeState(before.state)}`;
      next = withEvent(next, {
        at,
        text,
        tone: row.state.startsWith("A") ? "good" : "bad",
        key: `${at} ${row.uri} ${row.state}`,
      });
    }
  }
  return next;
}

export function withStart(board: Board, proxy: string, endpoints: number, at: number): Board {
  const text = `${proxy} is up; ${endpoints} endpoints answer; a call a second`;
  return withEvent({ ...board, proxy }, { at, text, tone: "plain", key: "start" });
}

export function summary({ placed, answered, failed }: Board): string {
  return `${placed} calls placed, ${answered} answered, ${failed} failed`;
}

export function withCallPlaced(board: Board): Board {
  return { ...board, placed: board.placed + 1 };
}

export function withCall(board: Board, call: CallEvent, at: number): Board {
  switch (call.kind) {
    case "answered":
      return { ...board, answered: board.answered + 1 };
    case "failed": {
      const text = `calls fail: ${call.status} ${call.reason}`.trimEnd();
      return withEvent({ ...board, failed: board.failed + 1 }, { at, text, tone: "bad", key: text });
    }
    case "ended": {
      if (call.status < 300) return board;
      const text = `a call could not be hung up: ${call.status}`;
      return withEvent(board, { at, text, tone: "bad", key: text });
    }
  }
}

/** A reload says all that its log lines say, and more: it takes the place of those that came before it. */
export function withReload(board: Board, report: ReloadReport, at: number): Board {
  const said = new Set(report.problems.map(({ message }) => message));
  let next: Board = { ...board, events: board.events.filter(({ key }) => !said.has(key)) };
  const took = `${Math.round(report.tookMs)} ms`;
  const changed = report.changed.join(", ") || "nothing changed";
  const text = report.ok
    ? `reloaded ${changed}: generation ${report.generation} serves after ${took}`
    : `refused ${changed}: generation ${report.generation} goes on serving`;
  next = withEvent(next, { at, text, tone: report.ok ? "good" : "bad", key: `reload ${at}` });
  for (const { place, message, remedy } of report.problems) {
    const where = place ? `${formatPlace(place)}: ` : "";
    next = withEvent(next, { at, text: `${where}${message}; ${remedy}`, tone: "bad", key: message });
  }
  return next;
}

/** The same trouble within this time is the report of a reload and its log line, not a second trouble. */
const SAME_TROUBLE_MS = 100;

/** A warning or an error of the proxy's log; one that is on the board already only counts. */
export function withLogLine(board: Board, message: string, at: number): Board {
  const told = board.events.find(({ key }) => key === message);
  if (told?.times === 1 && at - told.at < SAME_TROUBLE_MS) return board;
  return withEvent(board, { at, text: message, tone: "bad", key: message });
}

export function withEvent(board: Board, event: Omit<BoardEvent, "times">): Board {
  const repeated = board.events.find(({ key }) => key === event.key);
  const events = repeated
    ? board.events.map((old) => (old === repeated ? { ...old, times: old.times + 1 } : old))
    : [...board.events, { ...event, times: 1 }].slice(-MOST_EVENTS);
  return { ...board, events };
}

/** The letters in words. */
export function describeState(state: string): string {
  const words: Record<string, string> = {
    A: "active",
    I: "inactive",
    T: "trying",
    D: "disabled",
    "-": "not in the list",
  };
  const word = words[state[0] ?? ""] ?? state;
  return state[1] === "P" ? `${word} (probed)` : word;
}
