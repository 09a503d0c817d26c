/**
 * The three things that a reload may change, each read by itself: a script that is broken must not keep a good
 * destination list from being taken. What is read is content; whether anything changed is a comparison of fingerprints.
 */
import { resolve } from "node:path";
import { readText } from "../support/bundle.ts";
import type { Clock } from "../support/clock.ts";
import { fingerprint } from "../support/fingerprint.ts";
import type { Problem } from "../support/problem.ts";
import type { Bundle } from "../support/source-position.ts";

export type PartName = "route" | "list" | "plugins";
export const PART_NAMES: readonly PartName[] = ["route", "list", "plugins"];

/** One part as it was found. */
export type Part<T> = {
  /** Equal texts mean equal content, of broken files too. */
  readonly fingerprint: string;
  /** Absolute paths to watch, of a broken part too: the file that mends it may not be there yet. */
  readonly inputs: readonly string[];
} & (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }
);

export interface Parts {
  readonly route: Part<Bundle>;
  readonly list: Part<{ readonly file: string; readonly text: string }>;
  readonly plugins: Part<readonly Bundle[]>;
}

export interface PartPaths {
  readonly routes: string;
  readonly list: string;
  readonly plugins: string;
}

interface Refused {
  readonly ok: false;
  readonly problems: readonly Problem[];
  readonly inputs: readonly string[];
}

/** The compilers come from the caller, because scripts are a layer above this one. */
export interface PartCompilers {
  compileRoute(entry: string): Promise<{ readonly ok: true; readonly route: Bundle } | Refused>;
  compilePlugins(
    folder: string,
  ): Promise<
    { readonly ok: true; readonly plugins: readonly Bundle[]; readonly inputs: readonly string[] } | Refused
  >;
}

/** How long a writer that has emptied a file, or renamed it away, is given to fill it. */
export const SECOND_CHANCE_MS = 100;

/**
 * Reads all parts. Those that look half-written against what was `seen` before are read once more: an editor that
 * writes in place empties the file first, and one that renames leaves a moment without a file.
 */
export async function readParts(
  paths: PartPaths,
  compilers: PartCompilers,
  clock: Clock,
  seen?: Parts,
): Promise<Parts> {
  const first = await readOnce(paths, compilers);
  if (seen === undefined || !PART_NAMES.some((name) => looksHalfWritten(first[name], seen[name])))
    return first;
  await new Promise<void>((done) => clock.after(SECOND_CHANCE_MS, done));
  return readOnce(paths, compilers);
}

/** The parts whose content is not what it was. */
export function changedParts(before: Parts, after: Parts): PartName[] {
  return PART_NAMES.filter((name) => before[name].fingerprint !== after[name].fingerprint);
}

function looksHalfWritten(part: Part<unknown>, before: Part<unknown>): boolean {
  if (part.fingerprint === before.fingerprint) return false;
  return !part.ok || isBlankList(part.value);
}

/** An empty list is a valid one, but is seldom meant. */
function isBlankList(value: unknown): boolean {
  return typeof value === "object" && value !== null && "text" in value && String(value.text).trim() === "";
}

async function readOnce(paths: PartPaths, compilers: PartCompilers): Promise<Parts> {
  const [route, plugins] = await Promise.all([
    compilers.compileRoute(paths.routes),
    compilers.compilePlugins(paths.plugins),
  ]);
  return { route: routePart(route), list: listPart(paths.list), plugins: pluginsPart(plugins) };
}

function routePart(result: Awaited<ReturnType<PartCompilers["compileRoute"]>>): Part<Bundle> {
  if (!result.ok) return refusedPart(result);
  const { route } = result;
  // The map counts too: a comment that moves lines changes where an error is reported.
  return {
    ok: true,
    value: route,
    inputs: route.inputs,
    fingerprint: fingerprint(route.entry, route.code, route.map),
  };
}

function pluginsPart(result: Awaited<ReturnType<PartCompilers["compilePlugins"]>>): Part<readonly Bundle[]> {
  if (!result.ok) return refusedPart(result);
  const { plugins, inputs } = result;
  const texts = plugins.flatMap(({ entry, code, map }) => [entry, code, map]);
  return { ok: true, value: plugins, inputs, fingerprint: fingerprint(...texts) };
}

function listPart(file: string): Parts["list"] {
  const inputs = [resolve(file)];
  const text = readText(file);
  if (typeof text !== "string") return refusedPart({ ok: false, problems: [text], inputs });
  return { ok: true, value: { file, text }, inputs, fingerprint: fingerprint(text) };
}

/** By the content of the files, so that the same mistake saved twice is reported once, and another one again. */
function refusedPart({ problems, inputs }: Refused): Part<never> {
  const contents = inputs.map((input) => {
    const text = readText(input);
    return typeof text === "string" ? text : "";
  });
  return {
    ok: false,
    problems,
    inputs,
    fingerprint: fingerprint("refused", JSON.stringify(problems), ...contents),
  };
}
