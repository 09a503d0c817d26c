/** The demo's display: the state of the board to text. Pure; the screen (demo-screen.ts) writes it. */
import type { Board, BoardEvent, Row } from "./demo-board.ts";
import { describeState, summary } from "./demo-board.ts";

export interface ViewOptions {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  /** What to try, below the table. */
  readonly advice: readonly string[];
}

const PAINT = { good: "\x1b[32m", bad: "\x1b[31m", dim: "\x1b[2m", bold: "\x1b[1m", plain: "" } as const;
const UNPAINT = "\x1b[0m";
const FEWEST_EVENTS = 3;
const WIDEST_BAR = 40;

/** One screen: no line is wider than the terminal, and there are not more lines than it has. */
export function renderBoard(board: Board, { columns, rows, colour, advice }: ViewOptions): string[] {
  const paint = (tone: keyof typeof PAINT, text: string): string => {
    const fitting = text.slice(0, columns);
    return colour && PAINT[tone] !== "" ? `${PAINT[tone]}${fitting}${UNPAINT}` : fitting;
  };
  const table = renderTable(board.rows, columns);
  const head = [
    paint("bold", `Signalbox demo: ${board.proxy}`),
    "",
    paint("dim", table.head),
    ...table.lines.map(({ text, tone }) => paint(tone, text)),
    "",
    paint("plain", summary(board)),
    "",
  ];
  // On a small screen the advice goes first.
  const withAdvice = head.length + advice.length + 1 + FEWEST_EVENTS <= rows - 1;
  if (withAdvice) head.push(...advice.map((line) => paint("dim", line)), "");
  const room = Math.max(0, rows - 1 - head.length);
  const events = board.events.flatMap((event) =>
    wrap(formatEvent(event), columns).map((line) => paint(event.tone, line)),
  );
  return [...head, ...(room === 0 ? [] : events.slice(-room))].slice(0, Math.max(1, rows - 1));
}

/** Breaks at blanks where it can; what goes on is set in below the text, right of the time. */
function wrap(text: string, columns: number): string[] {
  const indent = columns > 40 ? " ".repeat(9) : "";
  const lines: string[] = [];
  let rest = text;
  while (rest.length > columns) {
    const blank = rest.lastIndexOf(" ", columns);
    const end = blank > columns / 2 ? blank : columns;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

function renderTable(rows: readonly Row[], columns: number) {
  const width = Math.max(11, ...rows.map(({ uri }) => uri.length));
  const head = `${"set".padEnd(4)} ${"destination".padEnd(width)} ${"state".padEnd(18)} ${"calls".padStart(6)} ${"now".padStart(4)}`;
  const room = Math.max(0, Math.min(WIDEST_BAR, columns - head.length - 2));
  const most = Math.max(1, ...rows.map(({ calls }) => calls));
  const lines = rows.map((row) => {
    const bar = "#".repeat(Math.round((row.calls / most) * room));
    const state = row.state === "-" ? describeState(row.state) : `${row.state} ${describeState(row.state)}`;
    const cells = [
      String(row.set || "").padEnd(4),
      row.uri.padEnd(width),
      state.padEnd(18),
      String(row.calls).padStart(6),
      String(row.inProgress).padStart(4),
    ];
    const tone: keyof typeof PAINT = /^[ID]/.test(row.state) ? "bad" : row.state === "-" ? "dim" : "plain";
    return { text: `${cells.join(" ")}  ${bar}`.trimEnd(), tone };
  });
  return { head, lines };
}

/** `13:45:07 text (3 times)`, in UTC. */
export function formatEvent({ at, text, times }: BoardEvent): string {
  // A reason phrase comes from outside: its control characters are not for this terminal.
  const oneLine = text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "?");
  return `${formatTime(at)} ${oneLine}${times > 1 ? ` (${times} times)` : ""}`;
}

function formatTime(at: number): string {
  const seconds = Math.floor(at / 1000) % 86_400;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
