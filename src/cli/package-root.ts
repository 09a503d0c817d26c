/** The folder of the installed package, which is one level higher when the code runs from dist/. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export function findPackageRoot(from: string = dirname(fileURLToPath(import.meta.url))): string {
  if (existsSync(join(from, "package.json"))) return from;
  const above = dirname(from);
  if (above === from) throw new Error("package.json of signalbox not found above the program");
  return findPackageRoot(above);
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(findPackageRoot(), "package.json"), "utf8"));
  return String(version);
}
