/** The proxy's log inside the demo: its warnings and errors become events on the display. */
import { LEVEL_NUMBER, type Log, lineLogger } from "../support/log.ts";

export function demoLog(wallClock: () => number, tell: (message: string) => void): Log {
  const tellLines = (lines: string): void => {
    for (const line of lines.split("\n")) {
      if (line === "") continue;
      const { level, msg } = JSON.parse(line) as { level: number; msg?: string };
      if (level >= LEVEL_NUMBER.warn) tell(msg ?? line);
    }
  };
  return { ...lineLogger("warn", wallClock, tellLines), lineSink: () => tellLines, close: async () => {} };
}
