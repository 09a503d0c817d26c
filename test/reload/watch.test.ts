import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileWatch, WatchOptions } from "../../src/reload/watch.ts";
import { watchFiles } from "../../src/reload/watch.ts";
import { systemClock } from "../../src/support/clock.ts";

// Real files and the real clock: what is tested is what the system tells. Every wait ends with a hint or a deadline.
const DEADLINE_MS = 5000;
const root = realpathSync(mkdtempSync(join(tmpdir(), "signalbox-watch-")));
let folder = "";
let count = 0;
let open: FileWatch[] = [];

beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
afterEach(async () => {
  await Promise.all(open.map((watch) => watch.close()));
  open = [];
});
afterAll(() => rmSync(root, { recursive: true }));

interface Watched {
  readonly watch: FileWatch;
  readonly hints: string[][];
  /** The next hint that has the path, those told already included once. */
  hintAt(path: string): Promise<string[]>;
}

/** Without the poll, so that a hint proves an event; and after the hints that come for new paths. */
async function watched(paths: string[], options: Partial<WatchOptions> = {}): Promise<Watched> {
  const hints: string[][] = [];
  let seen = 0;
  let wake = () => {};
  const watch = watchFiles({
    clock: systemClock,
    debounceMs: 20,
    pollMs: 3_600_000,
    onHint(hinted) {
      hints.push([...hinted]);
      wake();
    },
    ...options,
  });
  open.push(watch);
  await watch.setPaths(paths);
  const told = () => new Set(hints.flat());
  while (paths.some((path) => !told().has(path))) await new Promise<void>((resolve) => (wake = resolve));
  hints.length = 0;
  const hintAt = async (path: string): Promise<string[]> => {
    const deadline = systemClock.now() + DEADLINE_MS;
    for (;;) {
      while (seen < hints.length) {
        const hint = hints[seen++]!;
        if (hint.includes(path)) return hint;
      }
      const left = deadline - systemClock.now();
      if (left <= 0) throw new Error(`no hint at ${path}; hints were ${JSON.stringify(hints)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return { watch, hints, hintAt };
}

function write(name: string, text = "x"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** As the kubelet does: a new directory, a new link to it under another name, renamed over `..data`. */
function kubernetesVersion(version: string, text: string): void {
  mkdirSync(join(folder, version));
  writeFileSync(join(folder, version, "main.js"), text);
  symlinkSync(version, join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
}

describe("a file is hinted at when it is", () => {
  const ways: [string, (path: string) => void][] = [
    ["written in place", (path) => writeFileSync(path, "new")],
    ["written in place with the same size", (path) => writeFileSync(path, "y")],
    ["appended to", (path) => appendFileSync(path, "more")],
    [
      "emptied and written",
      (path) => {
        writeFileSync(path, "");
        writeFileSync(path, "new");
      },
    ],
    [
      "renamed over from a temporary file",
      (path) => {
        writeFileSync(`${path}.tmp`, "new");
        renameSync(`${path}.tmp`, path);
      },
    ],
    [
      "saved by vim with a backup",
      (path) => {
        writeFileSync(join(folder, "4913"), "");
        unlinkSync(join(folder, "4913"));
        renameSync(path, `${path}~`);
        writeFileSync(path, "new");
        unlinkSync(`${path}~`);
      },
    ],
    [
      "deleted and made again",
      (path) => {
        unlinkSync(path);
        writeFileSync(path, "new");
      },
    ],
    ["deleted", (path) => unlinkSync(path)],
    [
      "replaced by a link",
      (path) => {
        writeFileSync(join(folder, "other"), "new");
        unlinkSync(path);
        symlinkSync("other", path);
      },
    ],
  ];
  it.each(ways)("%s", async (_name, change) => {
    const path = write("main.js");
    const { hintAt } = await watched([path]);
    change(path);
    await hintAt(path);
  });

  it.each(ways)("%s, and again at once afterwards", async (_name, change) => {
    const path = write("main.js");
    const { hintAt } = await watched([path]);
    change(path);
    await hintAt(path);
    writeFileSync(path, "another");
    await hintAt(path);
  });

  it("made where there was none", async () => {
    const path = join(folder, "main.js");
    const { hintAt } = await watched([path]);
    writeFileSync(path, "new");
    await hintAt(path);
  });
});

describe("links", () => {
  it("Kubernetes swaps ..data, twice, and removes the old versions", async () => {
    kubernetesVersion("..v1", "1");
    symlinkSync("..data/main.js", join(folder, "main.js"));
    const path = join(folder, "main.js");
    const { hintAt } = await watched([path]);
    kubernetesVersion("..v2", "2");
    rmSync(join(folder, "..v1"), { recursive: true });
    await hintAt(path);
    kubernetesVersion("..v3", "3");
    rmSync(join(folder, "..v2"), { recursive: true });
    await hintAt(path);
  });

  it("the file at the end of a link is written", async () => {
    mkdirSync(join(folder, "far"));
    const target = write("far/target.js");
    const path = join(folder, "main.js");
    symlinkSync("far/target.js", path);
    const { hintAt } = await watched([path]);
    writeFileSync(target, "new");
    await hintAt(path);
  });

  it("a link in the middle of the path is turned to another directory, which is then watched", async () => {
    for (const name of ["v1", "v2"]) {
      mkdirSync(join(folder, name));
      write(`${name}/main.js`, name);
    }
    symlinkSync("v1", join(folder, "current"));
    const path = join(folder, "current/main.js");
    const { watch, hintAt } = await watched([path]);
    symlinkSync("v2", join(folder, "next"));
    renameSync(join(folder, "next"), join(folder, "current"));
    await hintAt(path);
    await watch.setPaths([path]);
    writeFileSync(join(folder, "v2/main.js"), "new");
    await hintAt(path);
  });

  it("that lead in a circle do no harm, and a mended one is seen", async () => {
    symlinkSync("b.js", join(folder, "a.js"));
    symlinkSync("a.js", join(folder, "b.js"));
    const path = join(folder, "a.js");
    const { hintAt } = await watched([path]);
    unlinkSync(join(folder, "b.js"));
    write("b.js");
    await hintAt(path);
  });
});

describe("directories", () => {
  it("tell of a new entry, a changed one and one that is gone", async () => {
    write("a.ts");
    const { hintAt } = await watched([folder]);
    const added = write("b.ts");
    await hintAt(folder);
    writeFileSync(added, "changed");
    await hintAt(folder);
    unlinkSync(added);
    await hintAt(folder);
  });

  it("that are not there yet tell when they come, and then of their entries", async () => {
    const plugins = join(folder, "plugins");
    const { watch, hintAt } = await watched([plugins]);
    mkdirSync(plugins);
    await hintAt(plugins);
    await watch.setPaths([plugins]);
    write("plugins/a.ts");
    await hintAt(plugins);
  });

  it("that are several levels from being there are followed down", async () => {
    const path = join(folder, "a/b/main.js");
    const { hintAt } = await watched([path]);
    mkdirSync(join(folder, "a"));
    await hintAt(path);
    mkdirSync(join(folder, "a/b"));
    writeFileSync(path, "new");
    await hintAt(path);
  });

  it("that are removed and made again go on telling", async () => {
    mkdirSync(join(folder, "routes"));
    const path = write("routes/main.js");
    const { watch, hintAt } = await watched([path]);
    for (const text of ["second", "third"]) {
      rmSync(join(folder, "routes"), { recursive: true });
      await hintAt(path);
      mkdirSync(join(folder, "routes"));
      writeFileSync(path, text);
      await hintAt(path);
      await watch.setPaths([path]);
    }
    writeFileSync(path, "written in place");
    await hintAt(path);
  });

  it("that are replaced by another as a whole go on telling", async () => {
    for (const name of ["routes", "next"]) mkdirSync(join(folder, name));
    const path = write("routes/main.js", "old");
    write("next/main.js", "new");
    const { watch, hintAt } = await watched([path]);
    renameSync(join(folder, "routes"), join(folder, "before"));
    renameSync(join(folder, "next"), join(folder, "routes"));
    await hintAt(path);
    await watch.setPaths([path]);
    writeFileSync(path, "written in place");
    await hintAt(path);
  });
});

describe("hints", () => {
  it("of changes that come together are one, and name what changed only", async () => {
    const paths = ["a", "b", "c"].map((name) => write(name));
    const { hints, hintAt } = await watched(paths, { debounceMs: 200, maxDelayMs: 2000 });
    for (let i = 0; i < 20; i++) {
      appendFileSync(paths[0]!, "x");
      appendFileSync(paths[1]!, "x");
    }
    expect((await hintAt(paths[0]!)).sort()).toEqual(paths.slice(0, 2));
    expect(hints).toHaveLength(1);
  });

  it("come though something writes all the time", async () => {
    const path = write("a");
    const { hintAt } = await watched([path], { debounceMs: 60_000, maxDelayMs: 100 });
    appendFileSync(path, "x");
    await hintAt(path);
  });

  it("do not come for the neighbours of a file", async () => {
    const path = write("a");
    const { hints, hintAt } = await watched([path]);
    write("b");
    write("a.swp");
    appendFileSync(path, "x");
    await hintAt(path);
    expect(hints).toEqual([[path]]);
  });

  it("do not come for a path that is no longer wanted", async () => {
    const [a, b] = [write("a"), write("b")];
    const { watch, hints, hintAt } = await watched([a, b]);
    await watch.setPaths([b]);
    appendFileSync(a, "x");
    appendFileSync(b, "x");
    await hintAt(b);
    expect(hints).toEqual([[b]]);
  });

  it("come once for a path that is new, which may have changed since it was read", async () => {
    const [a, b] = [write("a"), write("b")];
    const { watch, hints, hintAt } = await watched([a]);
    await watch.setPaths([a, b]);
    await hintAt(b);
    await watch.setPaths([b, a]);
    appendFileSync(a, "x");
    await hintAt(a);
    expect(hints[0]).toEqual([b]);
    expect(hints).toHaveLength(2);
  });

  it("come for what changes before events are flowing", async () => {
    const path = write("a");
    const { watch, hintAt } = await watched([], { debounceMs: 0 });
    void watch.setPaths([path]);
    await hintAt(path);
    writeFileSync(path, "new");
    await hintAt(path);
  });

  it("do not come after close, which may be called twice", async () => {
    const path = write("a");
    const { watch, hints } = await watched([path], { debounceMs: 0 });
    appendFileSync(path, "x");
    await watch.close();
    await watch.close();
    await watch.setPaths([path]);
    expect(hints).toEqual([]);
  });
});

describe("the poll", () => {
  it("finds what no event tells: the directory two levels up is replaced", async () => {
    mkdirSync(join(folder, "a/b/c"), { recursive: true });
    const path = write("a/b/c/main.js");
    const { hintAt } = await watched([path], { pollMs: 50 });
    renameSync(join(folder, "a"), join(folder, "before"));
    mkdirSync(join(folder, "a/b/c"), { recursive: true });
    writeFileSync(path, "new");
    await hintAt(path);
  });

  it("does not hint again at what an event has hinted at, nor at what stays the same", async () => {
    const [a, b] = [write("a"), write("b")];
    const { hints, hintAt } = await watched([a], { pollMs: 20 });
    appendFileSync(a, "x");
    await hintAt(a);
    // Time for the poll to look: the change of the second file is found only after it has looked at the first again.
    const second = await watched([b], { pollMs: 100 });
    appendFileSync(b, "x");
    await second.hintAt(b);
    expect(hints).toEqual([[a]]);
  });
});
