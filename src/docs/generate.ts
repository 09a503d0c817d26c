/**
 * Writes the files that are generated from tables in the code. With --check it writes nothing, and names each file
 * that is not what the code would write. Runs in the top folder of the project: `npm run docs`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPackageRoot } from "../cli/package-root.ts";
import { configReference } from "./config-reference.ts";
import { errorReference } from "./error-reference.ts";
import { routeDeclarations } from "./route-declarations.ts";
import { routeReference } from "./route-reference.ts";

/** Path of each generated file, and what makes its text. A new one is one line here. */
export const GENERATED_FILES: Readonly<Record<string, () => string>> = {
  "docs/config.md": configReference,
  "docs/errors.md": errorReference,
  "docs/routes.md": routeReference,
  "routes/signalbox.d.ts": routeDeclarations,
};

/** Paths of the files under `root` that are missing or differ. */
export function staleFiles(root: string): string[] {
  return Object.entries(GENERATED_FILES)
    .filter(([path, make]) => {
      const file = join(root, path);
      return !existsSync(file) || readFileSync(file, "utf8") !== make();
    })
    .map(([path]) => path);
}

/** Writes those that are stale, and returns their paths. */
export function writeFiles(root: string): string[] {
  const stale = staleFiles(root);
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), GENERATED_FILES[path]!());
  }
  return stale;
}

function main(args: readonly string[]): number {
  const root = findPackageRoot();
  if (!args.includes("--check")) {
    for (const path of writeFiles(root)) process.stdout.write(`wrote ${path}\n`);
    return 0;
  }
  const stale = staleFiles(root);
  for (const path of stale)
    process.stderr.write(`${path} is not what the code generates; run: npm run docs\n`);
  return stale.length > 0 ? 1 : 0;
}

// Only as a program: tests import the functions.
if (process.argv[1] !== undefined && /generate\.(?:js|ts)$/.test(process.argv[1])) {
  process.exitCode = main(process.argv.slice(2));
}
