/** The running proxy: the data plane under supervision, and the files that it reloads. Composition only. */
import { isIPv6 } from "node:net";
import type { Config } from "../config/config.ts";
import { compilePlugins } from "../plugin/compile.ts";
import { LocalIdentity } from "../proxy/local-identity.ts";
import { type FileWatch, watchFiles } from "../reload/watch.ts";
import { compileRoute } from "../script/compile.ts";
import { closeBundler } from "../support/bundle.ts";
import { systemClock } from "../support/clock.ts";
import { type Log, logProblem } from "../support/log.ts";
import type { Engine, ReloadReport } from "./engine-api.ts";
import { Reloader } from "./reloader.ts";
import { dataPlaneSettings } from "./settings.ts";
import { Supervisor } from "./supervisor.ts";

export interface EngineOptions {
  readonly config: Config;
  readonly log: Log;
}

/** Rejects with a ProblemError that has everything that is wrong. */
export async function startEngine({ config, log }: EngineOptions): Promise<Engine> {
  const settings = await dataPlaneSettings(config);
  const listeners: ((report: ReloadReport) => void)[] = [];
  const tell = (report: ReloadReport): void => {
    logReport(log, report);
    for (const listener of listeners) listener(report);
  };
  let supervisor: Supervisor | undefined;
  let watched: readonly string[] = [];
  let watch: FileWatch | undefined;
  const reloader = new Reloader({
    paths: { routes: config.routes, list: config.list, plugins: config.plugins },
    compilers: { compileRoute, compilePlugins },
    clock: systemClock,
    settings,
    local: new LocalIdentity(config.listen, config.aliases),
    stallMs: config.limits.stall_ms,
    swap: (generation) => (supervisor as Supervisor).swap(generation),
    tell,
    watch: (paths) => {
      watched = paths;
      void watch?.setPaths(paths);
    },
  });
  try {
    const first = await reloader.first();
    supervisor = new Supervisor(
      {
        settings,
        stallMs: config.limits.stall_ms,
        clock: systemClock,
        onLog: log.lineSink(),
        onRestart: (found, serving, stalled) => {
          reloader.wentBack(serving, stalled);
          tell({ ok: false, generation: serving.id, changed: [], problems: [found], tookMs: 0 });
          log.warn(
            { generation: serving.id },
            `the data plane was started again: generation ${serving.id} serves`,
          );
        },
        onGivenUp: (problems) => {
          for (const found of problems) logProblem(log, "error", found);
        },
      },
      first,
    );
    const bound = await supervisor.start();
    watch = watchFiles({
      clock: systemClock,
      onHint: () => reloader.hint(),
      onProblem: (found) => logProblem(log, "warn", found),
    });
    await watch.setPaths(watched);
    // What was saved while the first generation was being tried.
    reloader.hint();
    return {
      listeners: bound.map(
        ({ protocol, host, port }) => `${protocol}:${isIPv6(host) ? `[${host}]` : host}:${port}`,
      ),
      snapshot: () => (supervisor as Supervisor).snapshot(),
      onReload: (listener) => listeners.push(listener),
      close: async () => {
        await watch?.close();
        await supervisor?.close();
        await closeBundler();
      },
    };
  } catch (error) {
    await watch?.close();
    await supervisor?.close();
    await closeBundler();
    throw error;
  }
}

function logReport(log: Log, report: ReloadReport): void {
  const { generation, changed, tookMs } = report;
  if (report.ok)
    log.info(
      { generation, changed, tookMs: Math.round(tookMs) },
      `reloaded: generation ${generation} serves`,
    );
  else for (const found of report.problems) logProblem(log, "error", found);
}
