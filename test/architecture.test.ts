/** The rules of the tree that no compiler checks: which way imports point, who may use what, how long a file is. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const MAX_LINES = 400;
const MAX_MEDIAN = 140;

/** From top to bottom: a file imports from its own folder and from below; folders of one line may import each other. */
const LAYERS = [
  ["main"],
  ["cli", "docs"],
  ["control"],
  ["dataplane"],
  ["pipeline", "transport"],
  ["proxy"],
  ["script"],
  ["dispatch", "plugin", "reload", "config"],
  ["sip"],
  ["support"],
];

/** These import nothing but what is named here. */
const NARROW: Readonly<Record<string, readonly string[]>> = {
  dispatch: ["dispatch", "support"],
  sip: ["sip", "support"],
  support: ["support"],
};

/** Packages and modules that only these files may import; `typeOnly` ones take nothing but types from it. */
const OWNERS: readonly { module: RegExp; files: readonly string[]; typeOnly?: readonly string[] }[] = [
  { module: /^quickjs-emscripten$/, files: ["script/sandbox.ts"] },
  { module: /^esbuild$/, files: ["support/bundle.ts"] },
  { module: /^chokidar$/, files: ["reload/watch.ts"] },
  { module: /^pino(-pretty)?$/, files: ["support/log-output.ts"] },
  { module: /^sip$/, files: ["cli/sip-peer.ts"] },
  { module: /^(node:)?dgram$/, files: ["transport/udp.ts", "cli/sip-peer.ts"] },
  { module: /^(node:)?(perf_hooks|timers(\/promises)?)$/, files: ["support/clock.ts"] },
  { module: /^(node:)?crypto$/, files: ["support/random.ts"] },
];

/** Names of the language and of Node that only one file may use. */
const NAMES: readonly { name: RegExp; file: string }[] = [
  { name: /\b(Date|performance|setTimeout|setInterval)\b/, file: "support/clock.ts" },
  { name: /\bMath\.random\b|\bcrypto\b/, file: "support/random.ts" },
];

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

interface SourceFile {
  /** Relative to src/, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Without comments and quoted texts. */
  readonly code: string;
  readonly imports: readonly Import[];
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const CALLED_IMPORT = /\b(?:import|[rR]equire)\(\s*"([^"]+)"/g;

function importsOf(text: string): Import[] {
  const lines = [...text.matchAll(IMPORT)].map(([, type, from]) => ({
    from: from ?? "",
    typeOnly: type !== undefined,
  }));
  const called = [...text.matchAll(CALLED_IMPORT)].map(([, from]) => ({ from: from ?? "", typeOnly: false }));
  return [...lines, ...called];
}

function codeOf(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    return { path, text, code: codeOf(text), imports: importsOf(text) };
  });

/** What a relative import names, relative to src/; undefined for a package. */
function targetOf(path: string, { from }: Import): string | undefined {
  return from.startsWith(".") ? posix.join(posix.dirname(path), from) : undefined;
}

const folderOf = (path: string): string => (path.split("/")[0] ?? "").replace(/\.ts$/, "");
const layerOf = (path: string): number => LAYERS.findIndex((layer) => layer.includes(folderOf(path)));

/** Each import of one of our files by another. */
const links = files.flatMap((file) =>
  file.imports.flatMap((found) => {
    const to = targetOf(file.path, found);
    return to === undefined ? [] : [{ from: file.path, to }];
  }),
);

const linesOf = ({ text }: SourceFile): number => text.trimEnd().split("\n").length;

function cycleThrough(start: string, next: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const queue = (next.get(start) ?? []).map((to) => [start, to]);
  const seen = new Set<string>();
  for (const way of queue) {
    const last = way.at(-1) as string;
    if (last === start) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    for (const to of next.get(last) ?? []) queue.push([...way, to]);
  }
  return undefined;
}

describe("imports", () => {
  it("are found: the readers of this test see what is there", () => {
    expect(links).toContainEqual({ from: "pipeline.ts", to: "sip/parse.ts" });
    expect(links).toContainEqual({ from: "main.ts", to: "control/engine.ts" });
    const log = files.find(({ path }) => path === "support/log-output.ts");
    expect(log?.imports).toContainEqual({ from: "pino", typeOnly: false });
    expect(log?.imports).toContainEqual({ from: "pino", typeOnly: true });
  });

  it("every folder of src has its layer", () => {
    expect(files.filter(({ path }) => layerOf(path) < 0).map(({ path }) => path)).toEqual([]);
  });

  it("point down", () => {
    const up = links.filter(({ from, to }) => layerOf(to) < layerOf(from));
    expect(up).toEqual([]);
  });

  for (const [folder, allowed] of Object.entries(NARROW)) {
    it(`${folder} imports ${allowed.join(" and ")} and nothing else of ours`, () => {
      const others = links.filter(
        ({ from, to }) => folderOf(from) === folder && !allowed.includes(folderOf(to)),
      );
      expect(others).toEqual([]);
    });
  }

  it("the prelude, which runs inside the sandbox, imports only itself", () => {
    const inside = files.filter(({ path }) => path.startsWith("script/prelude/"));
    expect(inside.length).toBeGreaterThan(0);
    const others = inside.flatMap((file) =>
      file.imports
        .filter((found) => targetOf(file.path, found)?.startsWith("script/prelude/") !== true)
        .map(({ from }) => `${file.path} imports ${from}`),
    );
    expect(others).toEqual([]);
  });

  it("have no cycles, types included", () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of links) next.set(from, [...(next.get(from) ?? []), to]);
    const cycles = files.flatMap(({ path }) => cycleThrough(path, next)?.join(" > ") ?? []);
    expect(cycles).toEqual([]);
  });

  for (const { module, files: owners, typeOnly = [] } of OWNERS) {
    it(`${module.source} is imported by ${[...owners, ...typeOnly].join(" and ")} only`, () => {
      const strangers = files.flatMap(({ path, imports }) =>
        imports
          .filter(({ from }) => module.test(from))
          .filter((found) => !owners.includes(path) && !(typeOnly.includes(path) && found.typeOnly))
          .map(({ from }) => `${path} imports ${from}`),
      );
      expect(strangers).toEqual([]);
    });
  }
});

describe("files", () => {
  for (const { name, file: owner } of NAMES) {
    it(`${name.source} stands in ${owner} only`, () => {
      expect(name.test(files.find(({ path }) => path === owner)?.code ?? "")).toBe(true);
      const users = files.filter(({ path, code }) => path !== owner && name.test(code));
      expect(users.map(({ path, code }) => `${path}: ${name.exec(code)?.[0]}`)).toEqual([]);
    });
  }

  it("have no default export", () => {
    expect(
      files.filter(({ code }) => /\bexport\s+default\b|\bas default\b/.test(code)).map(({ path }) => path),
    ).toEqual([]);
  });

  it("are named for what they hold: none is called utils", () => {
    expect(files.filter(({ path }) => /^utils?\.ts$|helpers?\.ts$/.test(basename(path)))).toEqual([]);
    expect(files.filter(({ path }) => /(^|\/)utils?\//.test(path))).toEqual([]);
  });

  it("begin with a comment that says what they are", () => {
    const silent = files.filter(({ text }) => !/^(#!.*\n)?\s*\/\*\*/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it(`have at most ${MAX_LINES} lines, or their first comment says why ("more than ${MAX_LINES} lines")`, () => {
    const long = files.filter((file) => {
      const comment = /\/\*\*[\s\S]*?\*\//.exec(file.text)?.[0] ?? "";
      return linesOf(file) > MAX_LINES && !comment.includes(`more than ${MAX_LINES} lines`);
    });
    expect(long.map((file) => `${file.path}: ${linesOf(file)}`)).toEqual([]);
  });

  const lengths = files.map(linesOf).sort((a, b) => a - b);
  const median = lengths[lengths.length >> 1] ?? 0;
  it(`have a median of ${median} lines (at most ${MAX_MEDIAN})`, () => {
    expect(lengths.length).toBeGreaterThan(0);
    expect(median).toBeLessThanOrEqual(MAX_MEDIAN);
  });
});
