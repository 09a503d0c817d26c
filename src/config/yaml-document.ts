/** A YAML file with its syntax tree kept, so that a problem with any value in it has a line and a column. */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Place, Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";

export type Path = readonly PropertyKey[];

export interface YamlDocument {
  /** The content as plain values; undefined when `problems` is not empty. */
  readonly value: unknown;
  /** What is wrong with the YAML itself. */
  readonly problems: readonly Problem[];
  /** Where the value at `path` stands, or the nearest that encloses it. */
  placeOfValue(path: Path): Place;
  /** Where the key stands that the last part of `path` names. */
  placeOfKey(path: Path): Place;
}

export function parseYaml(text: string, file: string): YamlDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const sourceLines = text.split(/\r?\n/);

  const placeAt = (offset: number | undefined): Place => {
    if (offset === undefined) return { file };
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col, sourceLine: sourceLines[line - 1] };
  };

  /** Walks down as far as the tree goes: a default or a missing key has no node of its own. */
  const offsetOf = (path: Path, wantKey: boolean): number | undefined => {
    let node: unknown = document.contents;
    let offset = isNode(node) ? node.range?.[0] : undefined;
    for (const [depth, part] of path.entries()) {
      if (isMap(node)) {
        const pair = node.items.find(
          (item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === String(part),
        );
        if (!pair) break;
        if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
        if (wantKey && depth === path.length - 1) break;
        node = pair.value;
      } else {
        node =
          isNode(node) && "get" in node
            ? (node as { get(key: unknown, keep: true): unknown }).get(part, true)
            : undefined;
      }
      if (!isNode(node)) break;
      // An empty value (`key:`) has a node that may begin on the next line; the key is the better place for it.
      if (!(isScalar(node) && node.value === null)) offset = node.range?.[0] ?? offset;
    }
    return offset;
  };

  const problems = [...document.errors, ...document.warnings].map((error) =>
    problem("CONFIG_BAD_YAML", firstSentence(error.message), placeAt(error.pos[0])),
  );
  let value: unknown;
  if (problems.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      problems.push(problem("CONFIG_BAD_YAML", firstSentence((error as Error).message), { file }));
    }
  }
  return {
    value,
    problems,
    placeOfValue: (path) => placeAt(offsetOf(path, false)),
    placeOfKey: (path) => placeAt(offsetOf(path, true)),
  };
}

function firstSentence(message: string): string {
  return message.replace(/\s+/g, " ").replace(/\.$/, "");
}
