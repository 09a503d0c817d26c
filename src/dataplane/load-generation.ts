/** Builds the running half of a generation in this thread: the plugins imported, the script in its own sandbox. */
import type { Algorithm } from "../dispatch/algorithm.ts";
import { BUILT_IN_ALGORITHMS } from "../dispatch/algorithms/index.ts";
import { loadPlugins } from "../plugin/load.ts";
import { RouteProgram } from "../script/program.ts";
import { instantiateQuickJS } from "../script/sandbox.ts";
import type { ScriptHostEnv } from "../script/script-host.ts";
import type { Clock } from "../support/clock.ts";
import { LEVEL_NUMBER } from "../support/log.ts";
import type { Problem } from "../support/problem.ts";
import type { DataPlaneSettings, GenerationData } from "./protocol.ts";

export interface LoadedGeneration {
  readonly id: number;
  readonly program: RouteProgram;
  readonly algorithms: readonly Algorithm[];
}

export type LoadResult =
  | { readonly ok: true; readonly generation: LoadedGeneration }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export async function loadGeneration(
  data: GenerationData,
  settings: DataPlaneSettings,
  clock: Clock,
  host: ScriptHostEnv,
): Promise<LoadResult> {
  const plugins = await loadPlugins(
    data.plugins,
    BUILT_IN_ALGORITHMS.map((algorithm) => algorithm.name),
  );
  const program = RouteProgram.load({
    quickjs: await instantiateQuickJS(settings.quickjs, settings.limits.memoryBytes),
    prelude: settings.prelude,
    route: data.route,
    limits: settings.limits,
    clock,
    host,
    logThreshold: LEVEL_NUMBER[settings.logLevel],
  });
  const problems: Problem[] = plugins.ok ? [] : [...plugins.problems];
  if (!(program instanceof RouteProgram)) problems.push(program);
  if (!plugins.ok || !(program instanceof RouteProgram)) return { ok: false, problems };
  return { ok: true, generation: { id: data.id, program, algorithms: plugins.algorithms } };
}
