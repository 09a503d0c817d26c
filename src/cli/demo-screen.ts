/** Where the demo shows its board: redrawn in place on a terminal, one line an event elsewhere. */
import type { CallEvent } from "./caller.ts";
import type { Board, BoardEvent } from "./demo-board.ts";
import { formatEvent, renderBoard } from "./demo-view.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Screen {
  /** What to try, before anything else. */
  open(advice: readonly string[]): void;
  show(board: Board): void;
  /** Calls are lines of their own only where nothing is redrawn. */
  showCall(call: CallEvent, at: number): void;
  close(): void;
}

const CLEAR = "\x1b[2J";
const HOME = "\x1b[H";
const ERASE_LINE_END = "\x1b[K";
const ERASE_BELOW = "\x1b[J";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

export function openScreen(around: Pick<Surroundings, "out" | "isTerminal" | "size">): Screen {
  return around.isTerminal ? terminalScreen(around) : lineScreen(around);
}

function terminalScreen({ out, size }: Pick<Surroundings, "out" | "size">): Screen {
  let advice: readonly string[] = [];
  return {
    open(lines) {
      advice = lines;
      out(HIDE_CURSOR + CLEAR);
    },
    show(board) {
      const lines = renderBoard(board, { ...size(), colour: true, advice });
      out(HOME + lines.map((line) => `${line}${ERASE_LINE_END}\n`).join("") + ERASE_BELOW);
    },
    showCall() {},
    close() {
      out(SHOW_CURSOR);
    },
  };
}

function lineScreen({ out }: Pick<Surroundings, "out">): Screen {
  const shown = new Map<string, number>();
  const line = (event: Omit<BoardEvent, "tone" | "key">): void =>
    out(`${formatEvent({ ...event, tone: "plain", key: "" })}\n`);
  return {
    open(advice) {
      for (const text of advice) out(`${text}\n`);
    },
    show(board) {
      for (const event of board.events) {
        // A repeat is told at its 10th, 100th ... time, so that a failing script does not flood the output.
        const told = shown.get(event.key) ?? 0;
        if (event.times === told || (told > 0 && event.times < told * 10)) continue;
        shown.set(event.key, event.times);
        line(event);
      }
    },
    showCall(call, at) {
      if (call.kind === "answered")
        line({ at, text: `call ${call.number} answered by ${call.by}`, times: 1 });
      if (call.kind === "failed")
        line({ at, text: `call ${call.number} failed: ${call.status} ${call.reason}`, times: 1 });
    },
    close() {},
  };
}
