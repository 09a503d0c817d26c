/**
 * The programs that the benchmark starts. Each is the leader of its own process group, so that ending the group ends
 * the children that it forked; nothing that somebody else started is ever signalled.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scheduler } from "node:timers/promises";
import { systemClock } from "../../src/support/clock.ts";
import { BenchFailure } from "./failure.ts";

export interface Program {
  readonly name: string;
  readonly pid: number;
  /** Undefined while it runs; then the exit status, or the name of the signal that ended it. */
  outcome(): number | string | undefined;
  /** All that it has written to stdout and stderr. */
  output(): string;
}

/** Looks again every `everyMs` until `check` holds; false when `limitMs` have gone by first. */
export async function waitFor(check: () => boolean, limitMs: number, everyMs = 20): Promise<boolean> {
  const end = systemClock.now() + limitMs;
  while (!check()) {
    if (systemClock.now() > end) return false;
    await scheduler.wait(everyMs);
  }
  return true;
}

export class Processes {
  readonly #folder: string;
  readonly #running = new Set<Program>();
  #count = 0;

  /** `folder` is where outputs go, and is the working directory of those programs that are given none. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts a program. Rejects with BenchFailure when there is no such program. */
  async start(name: string, argv: readonly string[], cwd: string = this.#folder): Promise<Program> {
    const log = join(this.#folder, `${++this.#count}-${name.replaceAll(" ", "-")}.log`);
    const file = openSync(log, "a");
    let child: ChildProcess;
    try {
      child = spawn(argv[0]!, argv.slice(1), { cwd, detached: true, stdio: ["ignore", file, file] });
    } finally {
      closeSync(file);
    }
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) =>
        reject(new BenchFailure(`${name} could not be started: ${error.message}`)),
      );
    });
    const program: Program = {
      name,
      pid: child.pid!,
      outcome: () => child.exitCode ?? child.signalCode ?? undefined,
      output: () => readFileSync(log, "latin1"),
    };
    this.#running.add(program);
    return program;
  }

  /** Waits for a program that ends by itself. Rejects with BenchFailure, and ends it, after `limitMs`. */
  async ended(program: Program, limitMs: number): Promise<number | string> {
    const inTime = await waitFor(() => program.outcome() !== undefined, limitMs);
    if (!inTime) {
      const evidence = program.output();
      await this.stop(program);
      throw new BenchFailure(`${program.name} did not end within ${Math.round(limitMs / 1000)} s`, evidence);
    }
    this.#kill(program);
    return program.outcome()!;
  }

  /** Asks a program to end; whatever of its group is left after 3 s is killed. */
  async stop(program: Program): Promise<void> {
    signal(program.pid, "SIGTERM");
    await waitFor(() => program.outcome() !== undefined, 3000);
    this.#kill(program);
    await waitFor(() => program.outcome() !== undefined, 1000);
  }

  /** Ends everything at once and waits for nothing, so that an exit handler can call it. */
  killAll(): void {
    for (const program of this.#running) this.#kill(program);
  }

  #kill(program: Program): void {
    this.#running.delete(program);
    signal(program.pid, "SIGKILL");
  }
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // No process of the group is left.
  }
}
