/** Compiles each file of the plugins folder to one ES module that loadPlugins can import. */
import { readdirSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BundleRequest, BundleResult } from "../support/bundle.ts";
import { bundleFile } from "../support/bundle.ts";
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import type { Bundle } from "../support/source-position.ts";

/** `entry` is the plugin's file, as a path that begins with the folder as the user wrote it. */
export type CompiledPlugin = Bundle;

export type CompilePluginsResult =
  | { readonly ok: true; readonly plugins: readonly CompiledPlugin[]; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly inputs: readonly string[] };

/** Beside this file: api.ts when the sources run, api.js when the built program does. */
const API_FILE = fileURLToPath(new URL(`./api${extname(import.meta.url)}`, import.meta.url));
/** They are in each bundle, and change only with the program: not to be watched. */
const OUR_FILES = fileURLToPath(new URL("../", import.meta.url));

/**
 * Every plugin of the folder, by file name, or every problem of every plugin. A folder that is not there has no
 * plugins. `inputs` has the folder itself too, so that a new file in it is seen.
 */
export async function compilePlugins(folder: string): Promise<CompilePluginsResult> {
  const inputs = new Set([resolve(folder)]);
  const files = pluginFiles(folder);
  if (!Array.isArray(files)) return { ok: false, problems: [files], inputs: [...inputs] };
  const results = await Promise.all(files.map(compilePlugin));
  const plugins: CompiledPlugin[] = [];
  const problems: Problem[] = [];
  for (const result of results) {
    if (result.ok) plugins.push(result.bundle);
    else problems.push(...result.problems);
    for (const input of result.ok ? result.bundle.inputs : result.inputs) inputs.add(input);
  }
  if (problems.length > 0) return { ok: false, problems, inputs: [...inputs] };
  return { ok: true, plugins, inputs: [...inputs] };
}

/** `*.ts` and `*.js` directly in the folder; names that begin with a dot or `_`, and declarations, are no plugins. */
function pluginFiles(folder: string): string[] | Problem {
  try {
    return readdirSync(folder)
      .filter((name) => /^[^._].*\.[tj]s$/.test(name) && !name.endsWith(".d.ts"))
      .sort()
      .map((name) => join(folder, name))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    return problem("FILE_UNREADABLE", `cannot read the plugins folder: ${message}`, { file: folder });
  }
}

async function compilePlugin(file: string): Promise<BundleResult> {
  const result = await bundleFile({
    entry: file,
    platform: "node",
    resolvePackage,
    syntaxCode: "PLUGIN_SYNTAX",
    importCode: "PLUGIN_IMPORT",
  });
  const isTheirs = (input: string): boolean => !input.startsWith(OUR_FILES);
  if (!result.ok) return { ...result, inputs: result.inputs.filter(isTheirs) };
  return { ...result, bundle: { ...result.bundle, inputs: result.bundle.inputs.filter(isTheirs) } };
}

/** Third-party packages are bundled (esbuild finds them); Node's own modules are left to Node. */
function resolvePackage(specifier: string): ReturnType<BundleRequest["resolvePackage"]> {
  if (specifier === "signalbox/plugin") return { path: API_FILE };
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) {
    return { path: specifier, external: true };
  }
  return undefined;
}
