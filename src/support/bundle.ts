/** Makes one ES module of a user's file and what it imports. The only importer of esbuild. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import type {
  BuildOptions,
  Loader,
  Message,
  OnLoadResult,
  OnResolveArgs,
  OnResolveResult,
  Plugin,
} from "esbuild";
import { build, stop, transform } from "esbuild";
import type { Place, Problem } from "./problem.ts";
import { problem } from "./problem.ts";
import type { ProblemCode } from "./problem-catalogue.ts";
import type { Bundle } from "./source-position.ts";
import { INTERNAL_SOURCE } from "./source-position.ts";

export interface BundleRequest {
  /** The file to compile, as the user wrote its path. */
  readonly entry: string;
  /** A line that is added after the entry's last one, to reach what the entry does not export. */
  readonly suffix?: string | undefined;
  /** A module around the entry, which it imports as `signalbox:user`. */
  readonly wrapper?: string | undefined;
  readonly platform: "neutral" | "node";
  /** What an import of something other than a path means; undefined leaves it to esbuild. */
  resolvePackage(specifier: string): OnResolveResult | undefined;
  readonly syntaxCode: ProblemCode;
  readonly importCode: ProblemCode;
}

/** Both outcomes tell what to watch: a file that is not there yet may come. */
export type BundleResult =
  | { readonly ok: true; readonly bundle: Bundle; readonly exports: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly inputs: readonly string[] };

const SHARED_OPTIONS = {
  target: "es2023",
  charset: "utf8",
  treeShaking: false,
  logLevel: "silent",
  // A tsconfig.json that happens to lie around must not change what a script means.
  tsconfigRaw: "{}",
} as const;

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".json": "json",
};
const IN_PACKAGE = `${sep}node_modules${sep}`;
const WRAPPER = `${INTERNAL_SOURCE}entry`;
export const USER_MODULE = `${INTERNAL_SOURCE}user`;

/** A file as text, without a byte order mark; else FILE_UNREADABLE with what the system said. */
export function readText(file: string): string | Problem {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    return problem("FILE_UNREADABLE", `cannot read ${file}: ${systemReason(error)}`, { file });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is not a directory",
};

function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return REASONS[code] ?? (error as Error).message;
}

export async function bundleFile(request: BundleRequest): Promise<BundleResult> {
  const entryPath = resolve(request.entry);
  const inputs = new Set([entryPath]);
  const source = readText(request.entry);
  if (typeof source !== "string") return { ok: false, problems: [source], inputs: [...inputs] };
  const display = (path: string): string => (path === entryPath ? request.entry : displayPath(path));
  try {
    const options = {
      ...SHARED_OPTIONS,
      absWorkingDir: resolve(""),
      entryPoints: [request.wrapper === undefined ? entryPath : WRAPPER],
      outfile: resolve("bundle.js"),
      bundle: true,
      write: false,
      format: "esm",
      sourcemap: "external",
      sourcesContent: true,
      platform: request.platform,
      metafile: true,
      preserveSymlinks: true,
      plugins: [filePlugin(request, entryPath, source, inputs)],
    } as const satisfies BuildOptions;
    const result = await withService(() => build(options));
    for (const input of Object.keys(result.metafile.inputs)) {
      if (!input.startsWith(INTERNAL_SOURCE)) inputs.add(resolve(input));
    }
    const code = result.outputFiles.find((file) => file.path.endsWith(".js"))?.text ?? "";
    const map = result.outputFiles.find((file) => file.path.endsWith(".map"))?.text ?? "{}";
    const bundle = {
      entry: request.entry,
      code,
      map: readableMap(map, entryPath, source, display),
      inputs: [...inputs],
    };
    const exports = Object.values(result.metafile.outputs).flatMap((output) => output.exports);
    return { ok: true, bundle, exports };
  } catch (error) {
    const messages = (error as { errors?: Message[] }).errors;
    if (messages === undefined) throw error;
    const problems = messages.map((message) => messageProblem(message, request, source, display));
    return { ok: false, problems, inputs: [...inputs] };
  }
}

/** One of our own modules and what it imports, as one ES module for the sandbox. Throws: a failure is our own. */
export async function bundleInternal(file: string): Promise<string> {
  const options = { ...SHARED_OPTIONS, format: "esm", platform: "neutral" } as const;
  const entryPoints = [file];
  const result = await withService(() => build({ ...options, entryPoints, bundle: true, write: false }));
  return result.outputFiles[0]!.text;
}

let serviceNumber = 0;

/** esbuild's process may have been killed, to free memory for one, and esbuild does not start another by itself. */
async function withService<T>(run: () => Promise<T>): Promise<T> {
  const mine = serviceNumber;
  try {
    return await run();
  } catch (error) {
    if ((error as { errors?: unknown }).errors !== undefined) throw error;
    // Of several that fail together, the first one ends what is left of the process that all of them used.
    if (mine === serviceNumber) {
      serviceNumber++;
      await stop();
    }
    return run();
  }
}

/** Ends esbuild's process, so that ours can end. A later bundleFile starts it again. */
export async function closeBundler(): Promise<void> {
  await stop();
}

/** Resolves paths itself, so that it is known which files were looked for, and links keep the user's own names. */
function filePlugin(request: BundleRequest, entryPath: string, source: string, inputs: Set<string>): Plugin {
  return {
    name: "signalbox",
    setup(hooks) {
      hooks.onResolve({ filter: /.*/ }, (args): OnResolveResult | undefined => {
        if (args.kind === "entry-point" && args.path === WRAPPER)
          return { path: "entry", namespace: "signalbox" };
        if (args.kind === "entry-point" || args.path === USER_MODULE) return { path: entryPath };
        if (args.importer.includes(IN_PACKAGE)) return undefined;
        if (!args.path.startsWith(".") && !isAbsolute(args.path)) return request.resolvePackage(args.path);
        return resolvePath(args, inputs);
      });
      hooks.onLoad({ filter: /.*/, namespace: "signalbox" }, () => ({ contents: request.wrapper ?? "" }));
      hooks.onLoad({ filter: /.*/ }, (args): OnLoadResult | undefined => {
        // Whatever its name, the file that the user names as a script is one.
        const loader = LOADERS[extname(args.path)] ?? (args.path === entryPath ? "js" : undefined);
        if (args.path.includes(IN_PACKAGE) || loader === undefined) return undefined;
        inputs.add(args.path);
        const resolveDir = dirname(args.path);
        if (args.path === entryPath) {
          // On a line of its own and without a semicolon before it: whatever is left open must not close by it.
          const contents = request.suffix === undefined ? source : `${source}\n${request.suffix}`;
          return { contents, loader, resolveDir };
        }
        const text = readText(args.path);
        return typeof text === "string"
          ? { contents: text, loader, resolveDir }
          : { errors: [{ text: text.message }] };
      });
    },
  };
}

/** `./x` beside the importer, or beside the file that a link to the importer leads to; also `./x.ts` and `./x.js`. */
function resolvePath(args: OnResolveArgs, inputs: Set<string>): OnResolveResult {
  const wanted = resolve(dirname(args.importer), args.path);
  const folders = [dirname(args.importer), dirname(realpathSync(args.importer))];
  for (const folder of folders) {
    const path = resolve(folder, args.path);
    const names = [path, `${path}.ts`, `${path}.js`, path.replace(/\.js$/, ".ts")];
    const found = names.find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
    if (found !== undefined) return { path: found };
  }
  inputs.add(wanted);
  return {
    errors: [{ text: `cannot find the file "${args.path}" (${displayPath(wanted)})`, detail: "import" }],
  };
}

/** Relative to the working directory when it is below it. */
function displayPath(path: string): string {
  const fromHere = relative("", path);
  return fromHere.startsWith("..") || isAbsolute(fromHere) ? path : fromHere;
}

function readableMap(
  json: string,
  entryPath: string,
  source: string,
  display: (path: string) => string,
): string {
  const map = JSON.parse(json) as { sources: string[]; sourcesContent: string[]; file?: string };
  map.sources.forEach((name, i) => {
    if (name.startsWith("signalbox:")) return;
    const path = resolve(name);
    map.sources[i] = display(path);
    if (path === entryPath) map.sourcesContent[i] = source;
  });
  return JSON.stringify(map);
}

function messageProblem(
  message: Message,
  request: BundleRequest,
  source: string,
  display: (path: string) => string,
): Problem {
  const isImport = message.detail === "import" || /^Could not resolve|^No loader/.test(message.text);
  return problem(
    isImport ? request.importCode : request.syntaxCode,
    lowerFirst(message.text.replace(/\.$/, "")),
    messagePlace(message, request.entry, source, display),
  );
}

/** esbuild counts columns from 0, in bytes of UTF-8; people count from 1, in characters. */
function messagePlace(
  message: Message,
  entry: string,
  source: string,
  display: (path: string) => string,
): Place {
  // A comment without an end is reported at the end of the file, with a note that says where it starts.
  const location =
    message.notes.find((note) => note.text.includes("starts here"))?.location ?? message.location;
  if (location === null) return { file: entry };
  const file = location.namespace === "signalbox" ? entry : display(resolve(location.file));
  const column = Buffer.from(location.lineText).subarray(0, location.column).toString().length + 1;
  const place = { file, line: location.line, column, sourceLine: location.lineText.replace(/\r$/, "") };
  return file === entry ? insideText(place, source) : place;
}

/** "Unexpected end of file" is reported after the last line: show the last line that has something on it instead. */
function insideText(place: Place & { line: number }, source: string): Place {
  const lines = source.split(/\r?\n/);
  if (place.line <= lines.length && lines[place.line - 1]?.trim() !== "") return place;
  let last = Math.min(place.line, lines.length);
  while (last > 1 && lines[last - 1]?.trim() === "") last--;
  const sourceLine = lines[last - 1] ?? "";
  return { file: place.file, line: last, column: sourceLine.length + 1, sourceLine };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * One file's text as esbuild prints it, with its types gone and each top-level declaration at the start of a line.
 * `define` replaces names that nothing in the file binds. Undefined when it does not parse.
 */
export async function printModule(
  file: string,
  text: string,
  define: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  try {
    const loader = LOADERS[extname(file)] ?? "js";
    const options = { ...SHARED_OPTIONS, loader, define: { ...define } };
    const result = await withService(() => transform(text, options));
    return result.code;
  } catch {
    return undefined;
  }
}
