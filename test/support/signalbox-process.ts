/** The compiled `signalbox` as a process of its own, in a folder of its own: what it is given, what it logs. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Processes, type Program, waitFor } from "../../bench/kamailio/processes.ts";
import { systemClock } from "../../src/support/clock.ts";

/** The repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(ROOT, "dist/src/main.js");
const START_LIMIT_MS = 15_000;

/** A folder and the processes that work in it; both are gone after `close`. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), "signalbox-e2e-"));
  readonly processes = new Processes(this.folder);

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes in place: what `cat > file` does. */
  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  /** Writes another file and renames it over: what most editors do. */
  replace(name: string, text: string): void {
    this.write(`${name}.new`, text);
    renameSync(this.path(`${name}.new`), this.path(name));
  }

  close(): void {
    this.processes.killAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One line of the log. */
export interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly code?: string;
  readonly place?: string;
  readonly [field: string]: unknown;
}

export interface SignalboxFiles {
  /** routes.js */
  readonly script: string;
  /** dispatcher.list */
  readonly list: string;
  /** By file name in plugins/. */
  readonly plugins?: Readonly<Record<string, string>>;
  /** Default: one, on a free port of 127.0.0.1. */
  readonly listen?: readonly string[];
  /** More lines of the config file. */
  readonly config?: string;
}

export class SignalboxProcess {
  readonly stage: Stage;
  readonly program: Program;

  private constructor(stage: Stage, program: Program) {
    this.stage = stage;
    this.program = program;
  }

  /** Rejects with all that it said when it does not start. */
  static async start(stage: Stage, files: SignalboxFiles): Promise<SignalboxProcess> {
    writeFiles(stage, files);
    const argv = [process.execPath, MAIN, "run", "--config", "signalbox.yaml"];
    const proxy = new SignalboxProcess(stage, await stage.processes.start("signalbox", argv));
    await proxy.logged((line) => line.msg === "Signalbox is running", "its start", START_LIMIT_MS);
    return proxy;
  }

  /** UDP ports, in the order of the listeners. */
  get ports(): readonly number[] {
    const running = this.log().find((line) => line.msg === "Signalbox is running");
    return ((running?.listeners ?? []) as string[]).map((text) => Number(text.split(":").at(-1)));
  }

  get port(): number {
    return this.ports[0] ?? 0;
  }

  /** Every whole line so far. */
  log(): LogLine[] {
    const lines = this.program.output().split("\n").slice(0, -1);
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for a line, among those from `from` on; rejects with the log when there is none in time. */
  async logged(wanted: (line: LogLine) => boolean, what: string, limitMs = 5000, from = 0): Promise<LogLine> {
    let found: LogLine | undefined;
    const look = (): boolean => {
      found = this.log().slice(from).find(wanted);
      return found !== undefined || this.program.outcome() !== undefined;
    };
    await waitFor(look, limitMs);
    if (found !== undefined) return found;
    throw new Error(`The log never told ${what}:\n${this.program.output()}`);
  }

  /** The lines of forwarded requests. The last ones come a batch later than the last message: waits for `count`. */
  async forwarded(count: number): Promise<LogLine[]> {
    const lines = () => this.log().filter((line) => line.msg === "forwarded");
    await waitFor(() => lines().length >= count, 2000);
    return lines();
  }

  /** Saves a file of its folder and waits until it is in force or refused: the lines that say so. */
  async saved(name: string, text: string, how: "write" | "replace" = "replace"): Promise<LogLine> {
    const from = this.log().length;
    this.stage[how](name, text);
    return this.logged(isReloadResult, `what became of ${name}`, 8000, from);
  }

  stop(): Promise<void> {
    return this.stage.processes.stop(this.program);
  }
}

export const isReloaded = (line: LogLine): boolean => line.msg.startsWith("reloaded: ");
const isReloadResult = (line: LogLine): boolean =>
  isReloaded(line) || (line.level === 50 && line.code !== undefined);

/** Runs `signalbox` to its end: exit status, and what it said. */
export async function runToEnd(
  stage: Stage,
  args: readonly string[],
  limitMs = 10_000,
): Promise<{ status: number | string; output: string; tookMs: number }> {
  const began = systemClock.now();
  const program = await stage.processes.start("signalbox", [process.execPath, MAIN, ...args]);
  const status = await stage.processes.ended(program, limitMs);
  return { status, output: program.output(), tookMs: systemClock.now() - began };
}

export function writeFiles(stage: Stage, files: SignalboxFiles): void {
  const { script, list, plugins = {}, listen = ["udp:127.0.0.1:0"], config = "" } = files;
  stage.write("routes.js", script);
  stage.write("dispatcher.list", list);
  mkdirSync(stage.path("plugins"), { recursive: true });
  for (const [name, text] of Object.entries(plugins)) stage.write(`plugins/${name}`, text);
  stage.write(
    "signalbox.yaml",
    `listen: ${JSON.stringify(listen)}\nroutes: routes.js\nlist: dispatcher.list\nplugins: plugins\n` +
      `log: { level: debug }\n${config}`,
  );
}
