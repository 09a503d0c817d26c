/** `signalbox run`: the proxy, until a signal ends it. */
import type { ConfigOptions } from "../config/load.ts";
import { loadConfig } from "../config/load.ts";
import type { Engine } from "../control/engine-api.ts";
import { createLog } from "../support/log-output.ts";
import { ProblemError } from "../support/problem.ts";
import type { Surroundings } from "./surroundings.ts";
import { reportProblems } from "./surroundings.ts";

/** Resolves to the exit status. */
export async function run(options: ConfigOptions, around: Surroundings): Promise<number> {
  const { config, problems } = loadConfig(options);
  if (!config) {
    reportProblems(around, problems);
    return 1;
  }
  const log = createLog({ level: config.log.level, pretty: config.log.pretty ?? around.isTerminal });
  let engine: Engine;
  try {
    engine = await around.startEngine({ config, log });
  } catch (error) {
    await log.close();
    if (!(error instanceof ProblemError)) throw error;
    reportProblems(around, error.problems);
    return 1;
  }
  log.info({ listeners: engine.listeners }, "Signalbox is running");
  const signal = await around.stopped;
  log.info({ signal }, "stopping");
  await engine.close();
  await log.close();
  return 0;
}
