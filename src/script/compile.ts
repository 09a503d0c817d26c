/** Compiles a route script, and the files that it imports, to one ES module for the sandbox. */
import { bundleFile, printModule, readText, USER_MODULE } from "../support/bundle.ts";
import type { Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import type { Bundle } from "../support/source-position.ts";

/**
 * Functions of a script that the host calls by name, Kamailio's and KEMI's. The compiled module exports
 * `$signalbox`: an object with one key each (the function, or undefined), and `functions`, which has every function
 * of the entry's top level by name, for routes that a script names itself, as in `t_on_failure("name")`.
 */
export const ENTRY_POINTS = [
  "request_route",
  "ksr_request_route",
  "reply_route",
  "ksr_reply_route",
  "onsend_route",
  "ksr_onsend_route",
] as const;

export type EntryPoint = (typeof ENTRY_POINTS)[number];

/** One of these a script must have. */
const REQUEST_ENTRY_POINTS: readonly EntryPoint[] = ["request_route", "ksr_request_route"];

export type CompiledRoute = Bundle;

export type CompileResult =
  | { readonly ok: true; readonly route: CompiledRoute }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly inputs: readonly string[] };

/** Never throws for what is in the files. Problems name file, line and column of the user's own text. */
export async function compileRoute(entry: string): Promise<CompileResult> {
  const source = readText(entry);
  const outline = typeof source === "string" ? await readOutline(entry, source) : NO_OUTLINE;
  const result = await bundleFile({
    entry,
    suffix: outline.parses ? exportLine(outline.names) : undefined,
    wrapper: WRAPPER,
    platform: "neutral",
    resolvePackage: (specifier) => ({
      errors: [{ text: `a route script cannot import the package "${specifier}"`, detail: "import" }],
    }),
    syntaxCode: "ROUTE_SYNTAX",
    importCode: "ROUTE_IMPORT",
  });
  if (!result.ok) return result;
  const reachable =
    outline.definesRequestRoute || REQUEST_ENTRY_POINTS.some((n) => result.exports.includes(n));
  if (reachable) return { ok: true, route: result.bundle };
  const message = `${entry} defines neither request_route nor ksr_request_route, so nothing is called for a request`;
  const problems = [problem("ROUTE_NO_ENTRY_POINT", message, { file: entry })];
  return { ok: false, problems, inputs: result.bundle.inputs };
}

/**
 * A plain script exports nothing. So its top-level functions are exported for it, by a line after its last one,
 * under a name that no script uses; the wrapper joins them with what the script exports itself.
 */
function exportLine(names: readonly string[]): string {
  const entries = names.map((name) => `${name}: typeof ${name} === "function" ? ${name} : undefined`);
  return `export const $signalboxTopLevel = { ${entries.join(", ")} };`;
}

const WRAPPER = `
import * as user from "${USER_MODULE}";
export * from "${USER_MODULE}";
const functions = Object.create(null);
for (const table of [user.$signalboxTopLevel ?? {}, user])
  for (const name of Object.keys(table)) if (typeof table[name] === "function") functions[name] = table[name];
export const $signalbox = { ${ENTRY_POINTS.map((name) => `${name}: functions.${name}`).join(", ")}, functions };
`;

interface Outline {
  /** False: the file alone is not a program, and esbuild's report must be about the file alone. */
  readonly parses: boolean;
  readonly names: readonly string[];
  /** Declared or imported; an `export ... from` is known only after bundling. */
  readonly definesRequestRoute: boolean;
}

const NO_OUTLINE: Outline = { parses: false, names: [], definesRequestRoute: false };

/**
 * esbuild gives no syntax tree, but it substitutes a `define` for a name only where nothing in the file binds that
 * name, and prints each top-level declaration at the start of a line.
 */
async function readOutline(entry: string, source: string): Promise<Outline> {
  const probe = `export const ${PROBE} = [${REQUEST_ENTRY_POINTS.join(", ")}];`;
  const define = Object.fromEntries(REQUEST_ENTRY_POINTS.map((name) => [name, UNBOUND]));
  const code = await printModule(entry, `${source}\n${probe}`, define);
  if (code === undefined) return NO_OUTLINE;
  const probed = code.slice(code.lastIndexOf(PROBE));
  const declared = [...code.matchAll(TOP_LEVEL_NAME)].map((match) => match[1] ?? "");
  const names = new Set([...ENTRY_POINTS, ...declared]);
  names.delete(PROBE);
  return {
    parses: true,
    names: [...names],
    definesRequestRoute: probed.split(UNBOUND).length - 1 < REQUEST_ENTRY_POINTS.length,
  };
}

const PROBE = "$signalboxProbe";
const UNBOUND = "$signalboxUnbound";

/** A match inside a template literal does no harm: the export line asks `typeof` before it names anything. */
const TOP_LEVEL_NAME =
  /^(?:export )?(?:(?:async )?function\*? |(?:const|let|var|class) )([\p{ID_Start}$_][\p{ID_Continue}$]*)/gmu;
