/** Everything that a start would find wrong in the files that a config names, at once, without opening a port. */
import type { Config } from "../config/config.ts";
import { compilePlugins } from "../plugin/compile.ts";
import { LocalIdentity } from "../proxy/local-identity.ts";
import { compileRoute } from "../script/compile.ts";
import { closeBundler } from "../support/bundle.ts";
import { systemClock } from "../support/clock.ts";
import { type Problem, ProblemError } from "../support/problem.ts";
import { Reloader } from "./reloader.ts";
import { dataPlaneSettings } from "./settings.ts";

export async function checkAll(config: Config): Promise<Problem[]> {
  const reloader = new Reloader({
    paths: { routes: config.routes, list: config.list, plugins: config.plugins },
    compilers: { compileRoute, compilePlugins },
    clock: systemClock,
    settings: await dataPlaneSettings(config),
    local: new LocalIdentity(config.listen, config.aliases),
    stallMs: config.limits.stall_ms,
    swap: () => Promise.resolve([]),
    tell: () => {},
    watch: () => {},
  });
  try {
    await reloader.first();
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return [...error.problems];
    throw error;
  } finally {
    await closeBundler();
  }
}
