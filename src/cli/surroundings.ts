/** What a command needs of the process around it: handed in by main.ts, so that tests can put their own in place. */
import type { Config } from "../config/config.ts";
import type { Engine } from "../control/engine-api.ts";
import type { Clock } from "../support/clock.ts";
import type { Log } from "../support/log.ts";
import type { Problem } from "../support/problem.ts";
import { formatProblem } from "../support/problem.ts";

export type StopSignal = "SIGINT" | "SIGTERM";

export interface Surroundings {
  /** Standard output and standard error, as they are: no line end is added. */
  out(text: string): void;
  err(text: string): void;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Size of the terminal now. */
  size(): { readonly columns: number; readonly rows: number };
  readonly clock: Clock;
  /** Resolves at the first signal to stop. */
  readonly stopped: Promise<StopSignal>;
  /** Rejects with a ProblemError. */
  startEngine(options: { config: Config; log: Log }): Promise<Engine>;
  checkAll(config: Config): Promise<readonly Problem[]>;
}

/** The report of several problems on standard error. */
export function reportProblems({ err }: Pick<Surroundings, "err">, problems: readonly Problem[]): void {
  for (const problem of problems) err(`${formatProblem(problem)}\n`);
  err(`${problems.length === 1 ? "1 problem" : `${problems.length} problems`}\n`);
}
