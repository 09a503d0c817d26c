import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { compilePlugins } from "../../src/plugin/compile.ts";
import type { PartName, Parts } from "../../src/reload/part.ts";
import { changedParts, PART_NAMES, readParts, SECOND_CHANCE_MS } from "../../src/reload/part.ts";
import { compileRoute } from "../../src/script/compile.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import type { Clock } from "../../src/support/clock.ts";

const root = mkdtempSync(join(tmpdir(), "signalbox-part-"));
let folder = "";
let count = 0;
const ROUTE = "function request_route() {}\n";
const LIST = "1 sip:192.0.2.1:5060\n";
const PLUGIN = 'export const x = { name: "x", summary: "X.", createPicker: () => ({}) };\n';

beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(join(folder, "plugins"), { recursive: true });
  write("main.js", ROUTE);
  write("dispatcher.list", LIST);
  write("plugins/x.js", PLUGIN);
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await closeBundler();
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** Reads with a clock whose waits are over at once; `meanwhile` is what others do in them. */
async function read(seen?: Parts, meanwhile: () => void = () => {}): Promise<Parts & { waits: number[] }> {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    wallClock: () => 0,
    after(ms, run) {
      waits.push(ms);
      meanwhile();
      queueMicrotask(run);
      return { cancel() {} };
    },
    every: () => ({ cancel() {} }),
  };
  const paths = {
    routes: join(folder, "main.js"),
    list: join(folder, "dispatcher.list"),
    plugins: join(folder, "plugins"),
  };
  return { ...(await readParts(paths, { compileRoute, compilePlugins }, clock, seen)), waits };
}

function broken(parts: Parts): PartName[] {
  return PART_NAMES.filter((name) => !parts[name].ok);
}

describe("readParts", () => {
  it("has the compiled script, the list as it stands, and the compiled plugins", async () => {
    const { route, list, plugins, waits } = await read();
    if (!route.ok || !list.ok || !plugins.ok) throw new Error("refused");
    expect(route.value.code).toContain("request_route");
    expect(list.value).toEqual({ file: join(folder, "dispatcher.list"), text: LIST });
    expect(plugins.value.map((plugin) => plugin.entry)).toEqual([join(folder, "plugins/x.js")]);
    expect(waits).toEqual([]);
  });

  it("can be posted to a worker", async () => {
    const parts = await read();
    expect(structuredClone(parts)).toEqual(parts);
  });

  const rows: [string, () => void, PartName[]][] = [
    ["nothing is broken", () => {}, []],
    ["the script is broken", () => write("main.js", "function ("), ["route"]],
    ["the list is not there", () => rmSync(join(folder, "dispatcher.list")), ["list"]],
    ["a plugin is broken", () => write("plugins/y.js", "}"), ["plugins"]],
    ["the plugins folder is not there", () => rmSync(join(folder, "plugins"), { recursive: true }), []],
  ];
  it.each(rows)("refuses only what is broken, and watches all: %s", async (_name, change, expected) => {
    change();
    const parts = await read();
    expect(broken(parts)).toEqual(expected);
    const inputs = PART_NAMES.flatMap((name) => parts[name].inputs);
    for (const name of ["main.js", "dispatcher.list", "plugins"])
      expect(inputs).toContain(join(folder, name));
  });
});

describe("changedParts", () => {
  const rows: [string, () => void, PartName[]][] = [
    ["nothing", () => write("main.js", ROUTE), []],
    ["the script", () => write("main.js", `${ROUTE}function other() {}\n`), ["route"]],
    ["where the lines of the script are", () => write("main.js", `// a comment\n${ROUTE}`), ["route"]],
    ["the list", () => write("dispatcher.list", `${LIST}\n`), ["list"]],
    ["a plugin", () => write("plugins/x.js", `${PLUGIN}export const more = 1;\n`), ["plugins"]],
    ["the number of plugins", () => write("plugins/y.js", "export const y = 1;"), ["plugins"]],
    [
      "the name of a plugin's file",
      () => {
        rmSync(join(folder, "plugins/x.js"));
        write("plugins/z.js", PLUGIN);
      },
      ["plugins"],
    ],
    [
      "the script and the list",
      () => {
        write("main.js", `${ROUTE}let a = 1;\n`);
        write("dispatcher.list", "2 sip:192.0.2.2\n");
      },
      ["route", "list"],
    ],
  ];
  it.each(rows)("are those whose content changed: %s", async (_name, change, expected) => {
    const before = await read();
    change();
    expect(changedParts(before, await read(before))).toEqual(expected);
  });

  it("counts a broken script once, until what is wrong is another", async () => {
    const good = await read();
    write("main.js", "function (");
    const first = await read(good);
    const again = await read(first);
    write("main.js", "function [");
    const other = await read(again);
    write("main.js", ROUTE);
    const mended = await read(other);
    expect(changedParts(good, first)).toEqual(["route"]);
    expect(changedParts(first, again)).toEqual([]);
    expect(again.waits).toEqual([]);
    expect(changedParts(again, other)).toEqual(["route"]);
    expect(changedParts(other, mended)).toEqual(["route"]);
    expect(changedParts(good, mended)).toEqual([]);
  });

  it("sees a change of a broken script that leaves the mistake where it was", async () => {
    write("main.js", "function request_route() { x = = 1 }\nlet a;");
    const before = await read();
    write("main.js", "function request_route() { x = = 1 }\nlet b;");
    expect(changedParts(before, await read(before))).toEqual(["route"]);
  });
});

describe("a half-written file", () => {
  const rows: [string, () => void, () => void][] = [
    ["a script that is empty", () => write("main.js", ""), () => write("main.js", `${ROUTE}//2`)],
    [
      "a script that breaks off",
      () => write("main.js", "function req"),
      () => write("main.js", `${ROUTE}//2`),
    ],
    [
      "a script that is not there",
      () => rmSync(join(folder, "main.js")),
      () => write("main.js", `${ROUTE}//2`),
    ],
    ["a list that is empty", () => write("dispatcher.list", ""), () => write("dispatcher.list", `${LIST}#2`)],
    [
      "a list that is not there",
      () => rmSync(join(folder, "dispatcher.list")),
      () => write("dispatcher.list", `${LIST}#2`),
    ],
    [
      "a plugin that breaks off",
      () => write("plugins/x.js", "export {"),
      () => write("plugins/x.js", `${PLUGIN}//2`),
    ],
  ];
  it.each(rows)("is given a moment: %s", async (_name, breakIt, finishIt) => {
    const before = await read();
    breakIt();
    const after = await read(before, finishIt);
    expect(broken(after)).toEqual([]);
    expect(after.list).not.toMatchObject({ value: { text: "" } });
    expect(after.waits).toEqual([SECOND_CHANCE_MS]);
  });

  it("is refused when it stays as it is, after one moment only", async () => {
    const before = await read();
    write("main.js", "");
    const after = await read(before);
    expect(after.route).toMatchObject({ ok: false, problems: [{ code: "ROUTE_NO_ENTRY_POINT" }] });
    expect(after.waits).toEqual([SECOND_CHANCE_MS]);
  });

  it("is a valid one when it is a list that stays empty", async () => {
    const before = await read();
    write("dispatcher.list", "");
    const empty = await read(before);
    expect(empty.list).toMatchObject({ ok: true, value: { text: "" } });
    expect(empty.waits).toEqual([SECOND_CHANCE_MS]);
    expect((await read(empty)).waits).toEqual([]);
  });

  it("is not waited for when nothing was read before", async () => {
    write("main.js", "");
    expect((await read()).waits).toEqual([]);
  });
});
