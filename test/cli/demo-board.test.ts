/** cli/demo-board.ts and demo-view.ts: events to state, state to text. */
import { describe, expect, it } from "vitest";
import type { Board } from "../../src/cli/demo-board.ts";
import {
  emptyBoard,
  withCall,
  withCallPlaced,
  withDestinations,
  withLogLine,
  withReload,
} from "../../src/cli/demo-board.ts";
import { formatEvent, renderBoard } from "../../src/cli/demo-view.ts";
import { problem } from "../../src/support/problem.ts";

const AT = Date.UTC(2026, 0, 1, 13, 45, 7);
const A = "sip:127.0.0.1:5070";
const B = "sip:127.0.0.1:5071";

const status = (uri: string, state: string) => ({ set: 1, uri, state, selected: 7, calls: 0 });
const texts = (board: Board): string[] => board.events.map(formatEvent);

describe("the board", () => {
  it("shows what an endpoint counted, and what the proxy counted where there is none", () => {
    const counts = [
      { uri: A, calls: 3, inProgress: 1 },
      { uri: "sip:127.0.0.1:5079", calls: 1, inProgress: 0 },
    ];
    expect(withDestinations(emptyBoard(""), [status(A, "AX"), status(B, "AX")], counts, AT).rows).toEqual([
      { set: 1, uri: A, state: "AX", calls: 3, inProgress: 1 },
      { set: 1, uri: B, state: "AX", calls: 7, inProgress: 0 },
      { set: 0, uri: "sip:127.0.0.1:5079", state: "-", calls: 1, inProgress: 0 },
    ]);
  });

  it("tells when the health of a destination turns, once", () => {
    let board = withDestinations(emptyBoard(""), [status(A, "AX")], [], AT);
    for (const state of ["IP", "IP", "AX"])
      board = withDestinations(board, [status(A, state)], [], AT + 1000);
    board = withDestinations(board, [status(A, "AX")], [], AT + 2000);
    expect(texts(board)).toEqual([
      `13:45:08 ${A} turned inactive (probed) from active`,
      `13:45:08 ${A} turned active from inactive (probed)`,
    ]);
  });

  it("counts calls, and a failure that repeats is one event", () => {
    let board = emptyBoard("");
    for (let number = 1; number <= 4; number++) {
      board = withCallPlaced(board);
      board = withCall(board, { kind: "failed", number, status: 503, reason: "No Destination" }, AT + number);
    }
    board = withCall(withCallPlaced(board), { kind: "answered", number: 5, by: A }, AT);
    expect(board).toMatchObject({ placed: 5, answered: 1, failed: 4 });
    expect(texts(board)).toEqual(["13:45:07 calls fail: 503 No Destination (4 times)"]);
  });

  it("tells of a good reload: files, generation, time", () => {
    const report = { ok: true, generation: 2, changed: ["dispatcher.list"], problems: [], tookMs: 12.4 };
    expect(texts(withReload(emptyBoard(""), report, AT))).toEqual([
      "13:45:07 reloaded dispatcher.list: generation 2 serves after 12 ms",
    ]);
  });

  it("tells of a refused reload with place and remedy, in place of what the log said of it", () => {
    const fault = problem(
      "LIST_BAD_LINE",
      "there is no URI",
      { file: "d.list", line: 3, column: 1 },
      "add one",
    );
    const report = { ok: false, generation: 1, changed: ["d.list"], problems: [fault], tookMs: 3 };
    const board = withReload(withLogLine(emptyBoard(""), "there is no URI", AT), report, AT);
    expect(texts(withLogLine(board, "there is no URI", AT + 10))).toEqual([
      "13:45:07 refused d.list: generation 1 goes on serving",
      "13:45:07 d.list:3:1: there is no URI; add one",
    ]);
  });

  it("counts a trouble that comes again", () => {
    let board = emptyBoard("");
    for (let i = 0; i < 3; i++) board = withLogLine(board, "main.js:3:1 threw", AT + i * 1000);
    expect(texts(board)).toEqual(["13:45:07 main.js:3:1 threw (3 times)"]);
  });

  it("keeps a bounded number of events", () => {
    let board = emptyBoard("");
    for (let i = 0; i < 200; i++) board = withLogLine(board, `event ${i}`, AT);
    expect(board.events).toHaveLength(50);
    expect(board.events.at(-1)?.text).toBe("event 199");
  });
});

describe("the display", () => {
  const counts = [
    { uri: A, calls: 20, inProgress: 2 },
    { uri: B, calls: 10, inProgress: 0 },
  ];
  const listed = [status(A, "AX"), status(B, "IX")];
  const board = withLogLine(
    withDestinations(emptyBoard("udp:127.0.0.1:5060"), listed, counts, AT),
    "a warning",
    AT,
  );
  const advice = ["Edit a file"];

  it("has a row for each destination, with a bar in proportion", () => {
    const lines = renderBoard(board, { columns: 100, rows: 30, colour: false, advice });
    expect(lines).toEqual([
      "Signalbox demo: udp:127.0.0.1:5060",
      "",
      "set  destination        state               calls  now",
      `1    ${A} AX active              20    2  ${"#".repeat(40)}`,
      `1    ${B} IX inactive            10    0  ${"#".repeat(20)}`,
      "",
      "0 calls placed, 0 answered, 0 failed",
      "",
      "Edit a file",
      "",
      "13:45:07 a warning",
    ]);
  });

  const sizes: readonly (readonly [number, number])[] = [
    [80, 24],
    [40, 12],
    [20, 5],
    [1, 1],
  ];
  for (const [columns, rows] of sizes) {
    it(`fits ${columns} columns and ${rows} rows`, () => {
      const lines = renderBoard(board, { columns, rows, colour: false, advice });
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    });
  }

  it("wraps an event that is longer than a line, and shows the newest where there is no room for all", () => {
    const long = withLogLine(emptyBoard("p"), `first ${"word ".repeat(20)}last`, AT);
    const at = { columns: 60, colour: false, advice: [] };
    expect(renderBoard(long, { ...at, rows: 30 }).slice(-3)).toEqual([
      "13:45:07 first word word word word word word word word word",
      "         word word word word word word word word word word",
      "         word last",
    ]);
    expect(renderBoard(long, { ...at, rows: 8 }).at(-1)).toBe("         word last");
  });

  it("keeps an event on one line", () => {
    expect(formatEvent({ at: AT, text: "a\nb\x1b[2J", tone: "bad", key: "", times: 1 })).toBe(
      "13:45:07 a b?[2J",
    );
  });
});
