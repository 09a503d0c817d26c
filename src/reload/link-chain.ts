/**
 * The directory entries that decide what a path means. A path is a chain of links and a file at its end, and each
 * step may be changed in its own directory. Kubernetes: main.js -> ..data/main.js, ..data -> ..2026_07_25/.
 */
import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join, parse, resolve, sep } from "node:path";

/** `name` in `directory`; the directory has no link in its path, and exists. */
export interface Step {
  readonly directory: string;
  readonly name: string;
}

export interface LinkChain {
  /** Each link on the way, then the file; or, where something is missing, what is missing. Parents come along too. */
  readonly steps: readonly Step[];
  /** The directory that the path leads to, if it leads to one. */
  readonly directory: string | undefined;
}

/** As the kernel's own limit: more links than this is a loop. */
const MOST_LINKS = 40;

export function linkChain(path: string): LinkChain {
  const steps: Step[] = [];
  let left = partsOf(resolve(path));
  let at = parse(resolve(path)).root;
  let links = 0;
  let last: Step | undefined;
  let isDirectory = true;
  while (left.length > 0) {
    const name = left.shift()!;
    const here = join(at, name);
    const entry = entryAt(here);
    last = { directory: at, name };
    if (entry === undefined) return { steps: [...steps, last], directory: undefined };
    if (entry.link !== undefined) {
      steps.push(last);
      if (++links > MOST_LINKS) return { steps, directory: undefined };
      const target = resolve(at, entry.link);
      left = [...partsOf(target), ...left];
      at = parse(target).root;
      continue;
    }
    isDirectory = entry.isDirectory;
    if (!isDirectory && left.length > 0) return { steps: [...steps, last], directory: undefined };
    if (isDirectory) at = here;
  }
  // The directory may be removed, or replaced as a whole: that shows in the one above it.
  const above = { directory: dirname(at), name: at.slice(dirname(at).length).replaceAll(sep, "") };
  if (isDirectory) return { steps: last ? [...steps, last] : steps, directory: at };
  if (above.name !== "") steps.push(above);
  return { steps: last ? [...steps, last] : steps, directory: undefined };
}

/** Undefined when it is not there or may not be looked at, and when it goes away between the two looks. */
function entryAt(path: string): { isDirectory: boolean; link: string | undefined } | undefined {
  try {
    const stat = lstatSync(path);
    return { isDirectory: stat.isDirectory(), link: stat.isSymbolicLink() ? readlinkSync(path) : undefined };
  } catch {
    return undefined;
  }
}

function partsOf(path: string): string[] {
  return path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((part) => part !== "");
}
