/**
 * Imports compiled plugins and tries each one before it may choose for a call. Runs in the data plane, and before
 * that in a throw-away worker, because a plugin that never returns can be stopped only together with its thread.
 */
import type { Algorithm } from "../dispatch/algorithm.ts";
import type { Place, Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import type { Bundle } from "../support/source-position.ts";
import { positionFor } from "../support/source-position.ts";
import { createPickerForTrial, pickerFault, tryPicker } from "./trial.ts";

export type LoadedPlugin =
  | { readonly ok: true; readonly algorithm: Algorithm }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type LoadedPlugins =
  | { readonly ok: true; readonly algorithms: readonly Algorithm[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** All plugins, or every problem of all of them. `builtInNames` are names that no plugin may take. */
export async function loadPlugins(
  plugins: readonly Bundle[],
  builtInNames: Iterable<string>,
): Promise<LoadedPlugins> {
  const owners = new Map<string, string>();
  for (const name of builtInNames) owners.set(name, BUILT_IN);
  const algorithms: Algorithm[] = [];
  const problems: Problem[] = [];
  for (const plugin of plugins) {
    const loaded = await loadPlugin(plugin);
    if (!loaded.ok) {
      problems.push(...loaded.problems);
      continue;
    }
    const { name } = loaded.algorithm;
    const owner = owners.get(name);
    if (owner !== undefined) {
      const message = `the algorithm name "${name}" is taken by ${owner}`;
      problems.push(problem("ALGORITHM_NAME_TAKEN", message, { file: plugin.entry }));
      continue;
    }
    owners.set(name, plugin.entry);
    algorithms.push(loaded.algorithm);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, algorithms };
}

const BUILT_IN = "a built-in algorithm";

/** One plugin, imported, checked and tried. */
export async function loadPlugin(plugin: Bundle): Promise<LoadedPlugin> {
  let exported: Record<string, unknown>;
  try {
    exported = await importCode(plugin);
  } catch (error) {
    return refused(thrown(plugin, error, "loading it"));
  }
  const found = soleAlgorithm(exported, plugin);
  if (!("algorithm" in found)) return { ok: false, problems: found.problems };
  const { algorithm } = found;
  let doing = "createPicker";
  try {
    const picker = createPickerForTrial(algorithm);
    const bad =
      pickerFault(picker) ??
      tryPicker(picker, (step) => {
        doing = step;
      });
    if (bad === undefined) return { ok: true, algorithm };
    return refused(
      problem(bad.code, `algorithm "${algorithm.name}": ${bad.message}`, { file: plugin.entry }),
    );
  } catch (error) {
    return refused(thrown(plugin, error, doing));
  }
}

/** Where in the plugin's own file an error was thrown; undefined when its stack does not pass through the plugin. */
export function placeOfError(plugin: Bundle, error: unknown): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const line of stack.split("\n")) {
    // A hook that formats stacks, as test runners and tracers install, may show the URL instead of the name.
    for (const source of [sourceName(plugin), dataUrl(plugin)]) {
      const at = line.indexOf(`${source}:`);
      const [, row, column] = (at >= 0 && /^:(\d+):(\d+)/.exec(line.slice(at + source.length))) || [];
      const place = row === undefined ? undefined : positionFor(plugin, Number(row), Number(column));
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

function refused(found: Problem): LoadedPlugin {
  return { ok: false, problems: [found] };
}

function thrown(plugin: Bundle, error: unknown, doing: string): Problem {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return problem(
    "PLUGIN_THROWS",
    `${doing} threw ${text}`,
    placeOfError(plugin, error) ?? { file: plugin.entry },
  );
}

/** The name that stack traces show, instead of kilobytes of base64. */
function sourceName(plugin: Bundle): string {
  return `signalbox-plugin:${encodeURI(plugin.entry)}`;
}

function dataUrl(plugin: Bundle): string {
  const code = `${plugin.code}\n//# sourceURL=${sourceName(plugin)}\n`;
  return `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
}

function importCode(plugin: Bundle): Promise<Record<string, unknown>> {
  return import(dataUrl(plugin));
}

function soleAlgorithm(
  exported: Record<string, unknown>,
  plugin: Bundle,
): { algorithm: Algorithm } | { problems: Problem[] } {
  const manifest = (message: string): Problem => problem("PLUGIN_MANIFEST", message, { file: plugin.entry });
  // The same object under two names (`export const x`, `export default x`) is one algorithm.
  const algorithms = new Set(Object.values(exported).filter(looksLikeAlgorithm));
  const [algorithm] = algorithms;
  if (algorithm === undefined || algorithms.size > 1) {
    const names = Object.keys(exported).join(", ") || "nothing";
    return { problems: [manifest(`found ${algorithms.size} algorithms; the file exports ${names}`)] };
  }
  const faults = manifestFaults(algorithm);
  if (faults.length > 0) return { problems: faults.map(manifest) };
  return { algorithm: algorithm as unknown as Algorithm };
}

function looksLikeAlgorithm(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && ("createPicker" in value || "summary" in value);
}

function manifestFaults(algorithm: Record<string, unknown>): string[] {
  const faults: string[] = [];
  const { name, summary, scope, tieOrder, countsCalls, fallback } = algorithm;
  if (typeof name !== "string" || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    faults.push(`name is ${show(name)}; it must be lower-case words joined by dashes`);
  }
  if (typeof summary !== "string" || summary.trim() === "")
    faults.push(`summary is ${show(summary)}; it must be a sentence`);
  if (typeof algorithm.createPicker !== "function")
    faults.push(`createPicker is ${show(algorithm.createPicker)}; it must be a function`);
  if (algorithm.parseOptions !== undefined && typeof algorithm.parseOptions !== "function")
    faults.push(`parseOptions is ${show(algorithm.parseOptions)}; it must be a function or left out`);
  if (algorithm.number !== undefined) faults.push("number is for built-ins; a plugin is called by its name");
  if (![undefined, "best", "ring"].includes(scope as string))
    faults.push(`scope is ${show(scope)}; it must be "best" or "ring"`);
  if (![undefined, "file", "kamailio"].includes(tieOrder as string))
    faults.push(`tieOrder is ${show(tieOrder)}; it must be "file" or "kamailio"`);
  if (![undefined, true, false, "duid"].includes(countsCalls as boolean))
    faults.push(`countsCalls is ${show(countsCalls)}; it must be true, false or "duid"`);
  if (fallback !== undefined && typeof fallback !== "string")
    faults.push(`fallback is ${show(fallback)}; it must be the name of a built-in algorithm`);
  return faults;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
