import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { compilePlugins } from "../../src/plugin/compile.ts";
import { loadPlugin, loadPlugins, placeOfError } from "../../src/plugin/load.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import { systemClock } from "../../src/support/clock.ts";
import { seededRandom } from "../../src/support/random.ts";

const root = mkdtempSync(join(tmpdir(), "signalbox-plugins-"));
let folder = "";
let count = 0;
beforeEach(() => {
  folder = join(root, String(count++));
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await closeBundler();
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

async function compiled() {
  const result = await compilePlugins(folder);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plugins;
}

/** A plugin whose parts can be replaced one by one. */
function pluginText(parts: Readonly<Record<string, string>> = {}): string {
  const all = {
    name: '"mine"',
    summary: '"Chooses."',
    createPicker: "() => ({ update() {}, pick() { return 0 } })",
    ...parts,
  };
  const fields = Object.entries(all).map(([key, value]) => `  ${key}: ${value},`);
  return `export const mine = {\n${fields.join("\n")}\n};\n`;
}

describe("compilePlugins", () => {
  it("takes .ts and .js files directly in the folder, by name", async () => {
    write({
      "b.ts": "export const b: number = 1;",
      "a.js": "export const a = 1;",
      "types.d.ts": "export type T = 1;",
      "_shared.ts": "}",
      ".#b.ts": "}",
      "readme.md": "",
      "deeper/c.js": "}",
      "folder.js/x.js": "}",
    });
    expect((await compiled()).map((plugin) => plugin.entry)).toEqual([
      join(folder, "a.js"),
      join(folder, "b.ts"),
    ]);
  });

  it("takes a folder that is not there for no plugins, and watches for it", async () => {
    expect(await compilePlugins(folder)).toEqual({ ok: true, plugins: [], inputs: [folder] });
  });

  it("says so when the folder is a file", async () => {
    write({ "a.js": "" });
    const result = await compilePlugins(join(folder, "a.js"));
    expect(result).toMatchObject({ ok: false, problems: [{ code: "FILE_UNREADABLE" }] });
  });

  it("bundles relative imports and packages, leaves Node's modules to Node, and lists what was read", async () => {
    write({
      "a.ts":
        'import { NONE } from "signalbox/plugin";\nimport { x } from "./_lib.ts";\nimport { y } from "pkg";\nimport os from "node:os";\nexport { x, y, os, NONE };',
      "_lib.ts": "export const x = 41;",
      "node_modules/pkg/package.json": '{ "name": "pkg", "main": "main.js" }',
      "node_modules/pkg/main.js": 'exports.y = require("./deep").y;',
      "node_modules/pkg/deep/index.js": "exports.y = 42;",
    });
    const result = await compilePlugins(folder);
    if (!result.ok) throw new Error("not compiled");
    const exported = await import(`data:text/javascript,${encodeURIComponent(result.plugins[0]!.code)}`);
    expect(exported).toMatchObject({ x: 41, y: 42, os: { EOL: "\n" } });
    expect([...result.inputs].sort()).toEqual(
      [
        folder,
        ...["_lib.ts", "a.ts", "node_modules/pkg/deep/index.js", "node_modules/pkg/main.js"].map((name) =>
          join(folder, name),
        ),
      ].sort(),
    );
  });

  const broken: [string, string, object][] = [
    ["a syntax error", "export const x = = 1;", { code: "PLUGIN_SYNTAX", place: { line: 1, column: 18 } }],
    [
      "a package that is not installed",
      'import "no-such-package";',
      { code: "PLUGIN_IMPORT", place: { line: 1 } },
    ],
    ["a file that is not there", 'import "./none.ts";', { code: "PLUGIN_IMPORT", place: { line: 1 } }],
  ];
  it.each(broken)("refuses %s", async (_name, text, expected) => {
    write({ "good.js": pluginText(), "bad.ts": text });
    const result = await compilePlugins(folder);
    expect(result).toMatchObject({ ok: false, problems: [expected] });
    expect(result.inputs).toContain(join(folder, "good.js"));
    expect(result.inputs).toContain(join(folder, "bad.ts"));
  });
});

describe("loadPlugin takes", () => {
  const rows: [string, string][] = [
    ["a named export", pluginText()],
    ["a default export", pluginText().replace("export const mine =", "export default")],
    ["one object under two names", `${pluginText()}export default mine;`],
    ["other exports beside it", `${pluginText()}export const LIMIT = 3; export const table = { name: "x" };`],
    [
      "our defineAlgorithm",
      `import { defineAlgorithm, NONE } from "signalbox/plugin";\n${pluginText({
        createPicker: "() => ({ update() {}, pick() { return NONE } })",
      })}defineAlgorithm(mine);`,
    ],
    ["every optional field", pluginText({ scope: '"ring"', tieOrder: '"kamailio"', countsCalls: "true" })],
    ["calls counted by duid, and a fallback", pluginText({ countsCalls: '"duid"', fallback: '"first"' })],
    ["an algorithm that parses options", pluginText({ parseOptions: "(raw) => raw ?? { limit: 3 }" })],
    [
      "a picker that is a class",
      pluginText({ createPicker: "() => new (class { update(){} pick(){ return 0 } })()" }),
    ],
  ];
  it.each(rows)("%s", async (_name, text) => {
    write({ "mine.js": text });
    const [plugin] = await compiled();
    const loaded = await loadPlugin(plugin!);
    expect(loaded).toMatchObject({ ok: true, algorithm: { name: "mine" } });
  });

  it("a TypeScript plugin with type imports", async () => {
    write({
      "mine.ts": [
        'import type { Candidate, Picker } from "signalbox/plugin";',
        'import { defineAlgorithm } from "signalbox/plugin";',
        'export const mine = defineAlgorithm({ name: "mine", summary: "Last.", createPicker(): Picker {',
        "  let n = 0;",
        "  return { update(next: readonly Candidate[]) { n = next.length }, pick: () => n - 1 };",
        "} });",
      ].join("\n"),
    });
    const [plugin] = await compiled();
    expect(await loadPlugin(plugin!)).toMatchObject({ ok: true, algorithm: { name: "mine" } });
  });
});

describe("loadPlugin refuses", () => {
  const pick = (body: string) => ({ createPicker: `() => ({ update() {}, pick() {\n    ${body}\n  } })` });
  const rows: [string, string, object][] = [
    [
      "a file that exports nothing",
      "const x = 1;",
      { code: "PLUGIN_MANIFEST", message: /found 0 .* exports nothing/ },
    ],
    [
      "two algorithms in one file",
      `${pluginText()}export const other = { ...mine, name: "other" };`,
      { code: "PLUGIN_MANIFEST", message: /found 2 algorithms; the file exports mine, other/ },
    ],
    [
      "a name with capitals",
      pluginText({ name: '"MyAlgo"' }),
      { code: "PLUGIN_MANIFEST", message: /name is "MyAlgo"/ },
    ],
    ["a number for a name", pluginText({ name: "4" }), { code: "PLUGIN_MANIFEST", message: /name is 4/ }],
    ["no name", pluginText({ name: "undefined" }), { code: "PLUGIN_MANIFEST", message: /name is undefined/ }],
    ["no summary", pluginText({ summary: '""' }), { code: "PLUGIN_MANIFEST", message: /summary is ""/ }],
    [
      "no createPicker",
      pluginText({ createPicker: "3" }),
      { code: "PLUGIN_MANIFEST", message: /createPicker is 3/ },
    ],
    ["parseOptions that is no function", pluginText({ parseOptions: "{}" }), { code: "PLUGIN_MANIFEST" }],
    [
      "a scope that is none",
      pluginText({ scope: '"all"' }),
      { code: "PLUGIN_MANIFEST", message: /scope is "all"/ },
    ],
    [
      "calls counted by a number",
      pluginText({ countsCalls: "1" }),
      { code: "PLUGIN_MANIFEST", message: /countsCalls is 1/ },
    ],
    [
      "a fallback that is no name",
      pluginText({ fallback: "4" }),
      { code: "PLUGIN_MANIFEST", message: /fallback is 4/ },
    ],
    ["a Kamailio number", pluginText({ number: "4" }), { code: "PLUGIN_MANIFEST", message: /number/ }],
    [
      "a picker without pick",
      pluginText({ createPicker: "() => ({ update() {} })" }),
      { code: "PLUGIN_MANIFEST", message: /no pick function/ },
    ],
    [
      "no picker",
      pluginText({ createPicker: "() => {}" }),
      { code: "PLUGIN_MANIFEST", message: /returned undefined/ },
    ],
    ["a fraction", pluginText(pick("return 1.5")), { code: "PLUGIN_BAD_PICK", message: /returned 1\.5/ }],
    [
      "an index out of range",
      pluginText(pick("return 3")),
      { code: "PLUGIN_BAD_PICK", message: /3 for 3 candidates/ },
    ],
    ["a negative index", pluginText(pick("return -2")), { code: "PLUGIN_BAD_PICK", message: /returned -2/ }],
    ["a text", pluginText(pick('return "0"')), { code: "PLUGIN_BAD_PICK", message: /a string \(0\)/ }],
    [
      "a promise",
      pluginText(pick("return Promise.resolve(0)")),
      { code: "PLUGIN_BAD_PICK", message: /a object|object/ },
    ],
    ["nothing", pluginText(pick("")), { code: "PLUGIN_BAD_PICK", message: /undefined/ }],
    [
      "a throw while it is imported",
      'const a = 1;\nthrow new TypeError("boo");',
      { code: "PLUGIN_THROWS", message: /loading it threw TypeError: boo/, line: 2, column: 7 },
    ],
    [
      "a throw in createPicker",
      pluginText({ createPicker: '() => {\n  throw new Error("boo");\n}' }),
      { code: "PLUGIN_THROWS", message: /createPicker threw Error: boo/, line: 5, column: 9 },
    ],
    [
      "a throw in update",
      pluginText({ createPicker: "() => ({\n  update(c) { c[0].calls = 1; },\n  pick: () => 0 })" }),
      { code: "PLUGIN_THROWS", message: /update with 3 candidates threw TypeError: Cannot assign/, line: 5 },
    ],
    [
      "a throw in pick that only a missing value shows",
      pluginText({
        createPicker: "() => ({ update() {}, pick(input) {\n  return input.callId.length > 0 ? 0 : 0;\n} })",
      }),
      { code: "PLUGIN_THROWS", message: /pick from 3 candidates threw TypeError/, line: 5 },
    ],
    [
      "a throw of something that is no error",
      pluginText(pick('throw "boo"')),
      { code: "PLUGIN_THROWS", message: /threw boo/, line: undefined },
    ],
    ["a module that is not there", 'import "node:nonsense";', { code: "PLUGIN_THROWS", message: /nonsense/ }],
  ];
  it.each(rows)("%s", async (_name, text, expected) => {
    write({ "mine.js": text });
    const [plugin] = await compiled();
    const loaded = await loadPlugin(plugin!);
    if (loaded.ok) throw new Error("was taken");
    const { code, message, line, column } = expected as {
      code: string;
      message?: RegExp;
      line?: number;
      column?: number;
    };
    const [found] = loaded.problems;
    expect(loaded.problems).toHaveLength(1);
    expect(found!.code).toBe(code);
    expect(found!.message).toMatch(message ?? /./);
    expect(found!.place?.file).toBe(join(folder, "mine.js"));
    if ("line" in (expected as object)) expect(found!.place?.line).toBe(line);
    if (column !== undefined) expect(found!.place?.column).toBe(column);
    if (line !== undefined) expect(found!.place?.sourceLine).toBe(text.split("\n")[line - 1]);
  });

  it("all faults of a manifest at once", async () => {
    write({ "mine.js": pluginText({ name: '"A"', summary: "3" }) });
    const [plugin] = await compiled();
    expect(await loadPlugin(plugin!)).toMatchObject({ problems: [{}, {}] });
  });

  it("a throw in an imported file, and names that file", async () => {
    write({
      "mine.ts": `import { boo } from "./_lib.ts";\n${pluginText({ createPicker: "() => boo()" })}`,
      "_lib.ts": 'interface Unused {}\n\nexport function boo(): never {\n  throw new Error("boo");\n}',
    });
    const [plugin] = await compiled();
    expect(await loadPlugin(plugin!)).toMatchObject({
      problems: [{ place: { file: join(folder, "_lib.ts"), line: 4, column: 9 } }],
    });
  });
});

describe("loadPlugins", () => {
  const rows: [string, Record<string, string>, string[], string | RegExp][] = [
    ["two plugins of one name", { "a.js": pluginText(), "b.js": pluginText() }, [], /taken by .*a\.js$/],
    ["a name of a built-in", { "a.js": pluginText() }, ["mine"], /taken by a built-in algorithm/],
  ];
  it.each(rows)("refuses %s", async (_name, files, builtIns, message) => {
    write(files);
    const loaded = await loadPlugins(await compiled(), builtIns);
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ code: "ALGORITHM_NAME_TAKEN", message: expect.stringMatching(message) }],
    });
  });

  it("gives every algorithm in the order of the files", async () => {
    write({ "b.js": pluginText({ name: '"b"' }), "a.js": pluginText({ name: '"a-1"' }) });
    const loaded = await loadPlugins(await compiled(), ["round-robin"]);
    expect(loaded).toMatchObject({ ok: true, algorithms: [{ name: "a-1" }, { name: "b" }] });
  });

  it("gives the same object for the same content, so that a reload of other parts keeps the pickers", async () => {
    write({ "a.js": pluginText() });
    const [before, after] = [
      await loadPlugins(await compiled(), []),
      await loadPlugins(await compiled(), []),
    ];
    write({ "a.js": `${pluginText()}export const more = 1;` });
    const changed = await loadPlugins(await compiled(), []);
    if (!before.ok || !after.ok || !changed.ok) throw new Error("refused");
    expect(after.algorithms[0]).toBe(before.algorithms[0]);
    expect(changed.algorithms[0]).not.toBe(before.algorithms[0]);
  });

  it("names every problem of every plugin", async () => {
    write({ "a.js": "export const x = 1", "b.js": 'throw new Error("boo")', "c.js": pluginText() });
    expect(await loadPlugins(await compiled(), [])).toMatchObject({
      problems: [{ code: "PLUGIN_MANIFEST" }, { code: "PLUGIN_THROWS" }],
    });
  });
});

describe("placeOfError", () => {
  it("finds where a plugin threw while it served", async () => {
    const throwsLater =
      "() => { let n = 0; return { update() {}, pick() {\n  if (++n > 1000) null.x;\n  return 0; } } }";
    write({ "mine.js": pluginText({ createPicker: throwsLater }) });
    const [plugin] = await compiled();
    const loaded = await loadPlugin(plugin!);
    if (!loaded.ok) throw new Error("refused");
    const picker = loaded.algorithm.createPicker(undefined, { clock: systemClock, random: seededRandom(1) });
    const input = { method: "INVITE", sourceIp: "192.0.2.1" } as Parameters<typeof picker.pick>[0];
    let error: unknown;
    try {
      for (let i = 0; i < 2000; i++) picker.pick(input);
    } catch (thrown) {
      error = thrown;
    }
    expect(placeOfError(plugin!, error)).toMatchObject({
      file: join(folder, "mine.js"),
      line: 5,
      column: 24,
    });
  });

  it("has no answer for an error from elsewhere", async () => {
    write({ "mine.js": pluginText() });
    const [plugin] = await compiled();
    expect(placeOfError(plugin!, new Error("ours"))).toBeUndefined();
    expect(placeOfError(plugin!, "no error at all")).toBeUndefined();
  });
});
