#!/usr/bin/env node
/** The program `signalbox`: arguments, signals and exit statuses. The only file that ends the process. */
import { check } from "./cli/check.ts";
import type { OptionValues } from "./cli/command-line.ts";
import { parseCommandLine } from "./cli/command-line.ts";
import { demo } from "./cli/demo.ts";
import { packageVersion } from "./cli/package-root.ts";
import { run } from "./cli/run.ts";
import type { StopSignal, Surroundings } from "./cli/surroundings.ts";
import type { ConfigOptions } from "./config/load.ts";
import { systemClock } from "./support/clock.ts";

const SIGNALS: Readonly<Record<StopSignal, number>> = { SIGINT: 2, SIGTERM: 15 };

/** The first signal resolves the promise; a second one ends the process at once, with the shell's status for it. */
function untilStopped(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of Object.keys(SIGNALS) as StopSignal[]) {
      process.on(signal, () => {
        if (asked) process.exit(128 + SIGNALS[signal]);
        asked = true;
        resolve(signal);
      });
    }
  });
}

function surroundings(): Surroundings {
  const { stdout, stderr } = process;
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    isTerminal: stdout.isTTY === true,
    size: () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }),
    clock: systemClock,
    stopped: untilStopped(),
    // Loaded when needed: a --help should not wait for a sandbox.
    startEngine: async (options) => (await import("./control/engine.ts")).startEngine(options),
    checkAll: async (config) => (await import("./control/check.ts")).checkAll(config),
  };
}

function configOptions(values: OptionValues): ConfigOptions {
  const one = (name: string): string | undefined => values.get(name)?.[0];
  return {
    config: one("config"),
    listen: values.get("listen"),
    routes: one("routes"),
    list: one("list"),
    plugins: one("plugins"),
    logLevel: one("log-level"),
  };
}

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseCommandLine(args);
  switch (parsed.kind) {
    case "help":
      process.stdout.write(`${parsed.text}\n`);
      return 0;
    case "version":
      process.stdout.write(`${packageVersion()}\n`);
      return 0;
    case "usage-error":
      process.stderr.write(`signalbox: ${parsed.text}\n`);
      return 2;
    case "command":
      break;
  }
  const around = surroundings();
  switch (parsed.name) {
    case "run":
      return run(configOptions(parsed.values), around);
    case "check":
      return check(configOptions(parsed.values), around);
    case "demo":
      return demo({ port: parsed.values.get("port")?.[0] }, around);
  }
}

// A reader that went away (`signalbox --help | head -1`) is no reason for a stack trace.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// Explicit, because timers of the demo's endpoints would hold the process for half a minute.
process.exit(await main(process.argv.slice(2)));
