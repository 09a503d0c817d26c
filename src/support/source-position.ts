/** From a place in bundled code back to the user's own file. Apart from bundle.ts, so that a worker need not load esbuild. */
import type { SourceMapPayload } from "node:module";
import { SourceMap } from "node:module";
import type { Place } from "./problem.ts";

/** One ES module made of a user's file and the files that it imports. Plain data: it may be posted to a worker. */
export interface Bundle {
  /** The file that was compiled, as the user wrote its path. */
  readonly entry: string;
  /** One ES module. */
  readonly code: string;
  /** Source map (JSON) of `code`; its sources are paths as a user reads them, with their content. */
  readonly map: string;
  /** Absolute path of every file that was read, or looked for in vain: what has to be watched. */
  readonly inputs: readonly string[];
}

/** Modules that we add to a bundle bear names that begin like this; nothing in them is a user's place. */
export const INTERNAL_SOURCE = "signalbox:";

interface ParsedMap {
  readonly map: SourceMap;
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

const parsedMaps = new WeakMap<Bundle, ParsedMap>();

function parsedMapOf(bundle: Bundle): ParsedMap {
  const known = parsedMaps.get(bundle);
  if (known) return known;
  const payload = JSON.parse(bundle.map) as SourceMapPayload;
  const lines = new Map(
    payload.sources.map((source, i) => [source, (payload.sourcesContent[i] ?? "").split(/\r?\n/)]),
  );
  const parsed = { map: new SourceMap(payload), lines };
  parsedMaps.set(bundle, parsed);
  return parsed;
}

/** Beyond every column of a line: asks for the last thing that is known of it. */
const END_OF_LINE = 0x3fffffff;

/**
 * The user's file, line, column and source line for a 1-based place in `bundle.code`. Without a column the line
 * alone is looked up. Undefined when the place is not in code that a user wrote.
 */
export function positionFor(bundle: Bundle, line: number, column?: number): Place | undefined {
  const { map, lines } = parsedMapOf(bundle);
  const entry = map.findEntry(line - 1, column === undefined ? END_OF_LINE : column - 1);
  if (!("originalSource" in entry) || entry.originalSource === undefined) return undefined;
  // The map answers with the nearest place before: on an earlier line, that is not an answer.
  if (entry.generatedLine !== line - 1 || entry.originalSource.startsWith(INTERNAL_SOURCE)) return undefined;
  const sourceLine = lines.get(entry.originalSource)?.[entry.originalLine];
  return {
    file: entry.originalSource,
    line: entry.originalLine + 1,
    column: column === undefined ? undefined : entry.originalColumn + 1,
    sourceLine,
  };
}
