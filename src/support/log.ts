/**
 * What the rest of the program sees of logging. Nothing here loads pino: the data plane's worker makes its own
 * lines (`lineLogger`) and hands them to the main thread, where log-output.ts writes them.
 */
import type { Problem } from "./problem.ts";
import { formatPlace } from "./problem.ts";
import { jsonWithoutSecrets } from "./secrets.ts";

export { withoutSecrets } from "./secrets.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** pino's numbers, which are what the lines carry. */
export const LEVEL_NUMBER: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
  /** Ask before computing what only a log line needs. */
  isLevelEnabled(level: LogLevel): boolean;
}

/** The main thread's log. */
export interface Log extends Logger {
  /** Writes lines that are serialised already, each with its line end, in order with all others. */
  lineSink(): (lines: string) => void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** One line as pino writes it: level, time (milliseconds since 1970), the fields, msg. */
export function serialiseLine(level: LogLevel, time: number, fields: object, text: string): string {
  const line = JSON.stringify({ level: LEVEL_NUMBER[level], time, ...fields, msg: text });
  return `${jsonWithoutSecrets(line)}\n`;
}

/** A logger without pino: `write` is given one serialised line at a time. */
export function lineLogger(least: LogLevel, wallClock: () => number, write: (line: string) => void): Logger {
  const isLevelEnabled = (level: LogLevel): boolean => LEVEL_NUMBER[level] >= LEVEL_NUMBER[least];
  const at = (level: LogLevel) => (fields: object, text: string) => {
    if (isLevelEnabled(level)) write(serialiseLine(level, wallClock(), fields, text));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), isLevelEnabled };
}

/** A problem as one log line: code, place and remedy are fields of their own. */
export function logProblem(log: Logger, level: LogLevel, { code, message, place, remedy }: Problem): void {
  log[level]({ code, ...(place && { place: formatPlace(place) }), remedy }, message);
}
