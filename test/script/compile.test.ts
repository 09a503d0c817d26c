import type { ChildProcess } from "node:child_process";
import childProcess from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { compileRoute, ENTRY_POINTS } from "../../src/script/compile.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import { positionFor } from "../../src/support/source-position.ts";

const root = mkdtempSync(join(tmpdir(), "signalbox-compile-"));
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

interface Exported {
  $signalbox: Record<string, unknown> & { functions: Record<string, () => unknown> };
}

async function compiled(name = "main.js") {
  const result = await compileRoute(join(folder, name));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.route;
}

async function run(code: string): Promise<Exported["$signalbox"]> {
  const exported: Exported = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return exported.$signalbox;
}

async function problemOf(name = "main.js") {
  const result = await compileRoute(join(folder, name));
  if (result.ok) throw new Error("compiled");
  return { ...result.problems[0]!, count: result.problems.length, inputs: result.inputs };
}

describe("entry points are found", () => {
  const rows: [string, Record<string, string>, string?][] = [
    ["in a plain script", { "main.js": "function request_route() { return 7 }" }],
    ["when exported", { "main.js": "export function request_route() { return 7 }" }],
    ["as a constant", { "main.js": "const request_route = () => 7" }],
    ["under KEMI's name", { "main.js": "function ksr_request_route() { return 7 }" }, "ksr_request_route"],
    ["when the last line is a comment", { "main.js": "function request_route() { return 7 } // end" }],
    ["when exported by another name", { "main.js": "const f = () => 7; export { f as request_route }" }],
    [
      "when exported from another file",
      {
        "main.js": 'export { request_route } from "./a.js"',
        "a.js": "export function request_route() { return 7 }",
      },
    ],
    [
      "when all of another file is exported",
      { "main.js": 'export * from "./a.js"', "a.js": "export const request_route = () => 7" },
    ],
    [
      "when imported",
      { "main.js": 'import { request_route } from "./a.js"', "a.js": "export const request_route = () => 7" },
    ],
    [
      "when another file has one of its own",
      {
        "main.js": 'import { other } from "./a.js";\nfunction request_route() { return 7 }',
        "a.js": "function request_route() { return 8 }\nexport const other = request_route;",
      },
    ],
  ];
  it.each(rows)("%s", async (_name, files, entryPoint = "request_route") => {
    write(files);
    const table = await run((await compiled()).code);
    expect((table[entryPoint] as () => number)()).toBe(7);
    const others = ENTRY_POINTS.filter((name) => name !== entryPoint);
    expect(others.filter((name) => table[name] !== undefined)).toEqual([]);
  });

  it("in TypeScript, whose types vanish", async () => {
    write({
      "main.ts":
        'import type { T } from "./t.ts";\nfunction request_route(x: T): number { return (x as any) ?? 7 }',
      "t.ts": "export type T = number;",
    });
    const table = await run((await compiled("main.ts")).code);
    expect((table.request_route as () => number)()).toBe(7);
  });

  it("and every other top-level function by its name, but not those inside or in texts", async () => {
    write({
      "main.js": [
        "function request_route() { function inner() {} }",
        "async function again() {}",
        "export const arrow = () => 1, other = 2;",
        "const text = `\nfunction inText() {}\n`;",
        'export { shared } from "./a.js";',
      ].join("\n"),
      "a.js": "export function shared() { return 3 }",
    });
    const { functions } = await run((await compiled()).code);
    expect(Object.keys(functions).sort()).toEqual(["again", "arrow", "request_route", "shared"]);
    expect(functions.shared!()).toBe(3);
  });
});

describe("a script that cannot be compiled", () => {
  const open = "function request_route() {\n  if (a) {\n    b();\n";
  const rows: [string, Record<string, string>, object][] = [
    [
      "a syntax error in the middle",
      { "main.js": "function request_route() {\n  let x = = 1;\n}\n" },
      {
        code: "ROUTE_SYNTAX",
        message: 'unexpected "="',
        place: { line: 2, column: 11, sourceLine: "  let x = = 1;" },
      },
    ],
    [
      "a column after characters of several bytes",
      { "main.js": 'function request_route() {\n  f("äöü€") = = 1;\n}\n' },
      { code: "ROUTE_SYNTAX", place: { line: 2, column: 15 } },
    ],
    [
      "a brace that is not closed: the last line with text",
      { "main.js": `${open}\n\n` },
      {
        code: "ROUTE_SYNTAX",
        message: "unexpected end of file",
        place: { line: 3, column: 9, sourceLine: "    b();" },
      },
    ],
    [
      "an unfinished last line without a line end",
      { "main.js": "function request_route() {}\nif (x)" },
      { code: "ROUTE_SYNTAX", place: { line: 2, column: 7, sourceLine: "if (x)" } },
    ],
    [
      "a comment that is not closed",
      { "main.js": "function request_route() {}\n/* never" },
      { code: "ROUTE_SYNTAX", place: { line: 2, column: 1 } },
    ],
    [
      "a text that is not closed",
      { "main.js": "function request_route() {}\nconst x = `never\n" },
      { code: "ROUTE_SYNTAX", message: "unterminated string literal", place: { line: 2 } },
    ],
    [
      "a file that is not there",
      { "main.js": 'function request_route() {}\nimport { x } from "./lib/none.js";' },
      {
        code: "ROUTE_IMPORT",
        message: expect.stringContaining('cannot find the file "./lib/none.js"'),
        place: { line: 2, column: 19 },
      },
    ],
    [
      "a package",
      { "main.js": 'import _ from "lodash";\nfunction request_route() {}' },
      {
        code: "ROUTE_IMPORT",
        message: 'a route script cannot import the package "lodash"',
        remedy: expect.stringContaining('"./"'),
        place: { line: 1, column: 15 },
      },
    ],
    [
      "a module of Node",
      { "main.js": 'import fs from "node:fs";\nfunction request_route() {}' },
      { code: "ROUTE_IMPORT", place: { line: 1 } },
    ],
    [
      "a name that the other file does not export",
      {
        "main.js": 'import { x } from "./a.js";\nfunction request_route() { x() }',
        "a.js": "export const y = 1;",
      },
      { code: "ROUTE_SYNTAX", place: { line: 1, column: 10 } },
    ],
    [
      "statements outside a function",
      { "main.js": 'if (method == "INVITE") { forward(); exit(); }' },
      { code: "ROUTE_NO_ENTRY_POINT", remedy: expect.stringContaining("function request_route() { ... }") },
    ],
    ["an empty script", { "main.js": "" }, { code: "ROUTE_NO_ENTRY_POINT" }],
    [
      "an entry point that is only mentioned",
      { "main.js": "// request_route\nconst s = `\nfunction request_route() {}\n`; request_route();" },
      { code: "ROUTE_NO_ENTRY_POINT" },
    ],
  ];
  it.each(rows)("%s", async (_name, files, expected) => {
    write(files);
    const found = await problemOf();
    expect(found).toMatchObject(expected);
    expect(found.count).toBe(1);
    expect(found.place?.file).toBe(join(folder, "main.js"));
    expect(found.inputs).toContain(join(folder, "main.js"));
  });

  it("is reported in the file that it is in", async () => {
    write({
      "main.js": 'import "./lib.js";\nfunction request_route() {}',
      "lib.js": "let a = 1;\nlet a = 2;\n",
    });
    expect((await problemOf()).place).toMatchObject({ file: join(folder, "lib.js"), line: 2, column: 5 });
  });

  it("has every error of every file at once", async () => {
    write({
      "main.js": 'import "./a.js";\nimport "./b.js";\nfunction request_route() {}',
      "a.js": "let = ;",
      "b.js": "}",
    });
    expect((await problemOf()).count).toBe(2);
  });

  it("watches for the file that is missing", async () => {
    write({ "main.js": 'import "./lib/none.js";\nfunction request_route() {}' });
    expect((await problemOf()).inputs).toContain(join(folder, "lib/none.js"));
  });

  it("is missing, or a directory, or unreadable", async () => {
    write({ "main.js": "" });
    expect(await problemOf("none.js")).toMatchObject({
      code: "FILE_UNREADABLE",
      message: expect.stringContaining("there is no such file"),
      inputs: [join(folder, "none.js")],
    });
    expect((await problemOf(".")).message).toContain("it is a directory");
    if (process.getuid?.() === 0) return;
    chmodSync(join(folder, "main.js"), 0);
    expect((await problemOf()).message).toContain("permission denied");
  });
});

describe("inputs", () => {
  it("are the entry and all that it imports, by the names that the user knows", async () => {
    write({
      "real/main.js":
        'import { a } from "./a";\nimport data from "./d.json";\nfunction request_route() { a(data) }',
      "real/a.ts": "export const a = (x: unknown) => x;",
      "real/d.json": "{}",
    });
    symlinkSync("real/main.js", join(folder, "main.js"));
    const { inputs } = await compiled();
    expect([...inputs].sort()).toEqual([
      join(folder, "main.js"),
      join(folder, "real/a.ts"),
      join(folder, "real/d.json"),
    ]);
  });
});

describe("esbuild's process", () => {
  it("may be killed: another is started, once for all that need it", async () => {
    write({ "main.js": "function request_route() {}" });
    await closeBundler();
    const spawn = vi.spyOn(childProcess, "spawn");
    await compiled();
    expect(spawn).toHaveBeenCalledTimes(1);
    const service = spawn.mock.results[0]!.value as ChildProcess;
    const gone = once(service, "exit");
    service.kill("SIGKILL");
    await gone;
    await Promise.all([compiled(), compiled(), compiled()]);
    expect(spawn).toHaveBeenCalledTimes(2);
    spawn.mockRestore();
  });

  it("may be ended: the next compilation starts it again", async () => {
    write({ "main.js": "function request_route() {}" });
    await closeBundler();
    await compiled();
  });
});

describe("a script's name and encoding", () => {
  const rows: [string, string, string][] = [
    ["an ending that is not known is JavaScript", "route.cfg", "function request_route() {}"],
    ["no ending is JavaScript", "route", "function request_route() {}"],
    ["a byte order mark is not text", "main.js", "\uFEFFfunction request_route() {}"],
    ["line ends of Windows", "main.js", "function request_route() {\r\n}\r\n"],
  ];
  it.each(rows)("%s", async (_name, file, text) => {
    write({ [file]: text });
    expect((await run((await compiled(file)).code)).request_route).toBeTypeOf("function");
  });
});

describe("a tsconfig.json that lies beside a script", () => {
  it("changes nothing", async () => {
    write({ "main.ts": "function request_route() { return 7 }", "tsconfig.json": "{ broken" });
    expect((await compiled("main.ts")).entry).toBe(join(folder, "main.ts"));
  });
});

describe("positionFor", () => {
  const files = {
    "main.ts": [
      'import { helper } from "./lib.ts";',
      "interface Unused { a: string }",
      "",
      "function request_route(): void {",
      '\tconst text: string = "ä";',
      "  helper(text); // MAIN",
      "}",
    ].join("\n"),
    "lib.ts": 'export function helper(x: string): void {\n  throw new Error("LIB" + x);\n}\n',
  };
  function placeIn(code: string, text: string): [number, number] {
    const before = code.slice(0, code.indexOf(text)).split("\n");
    return [before.length, before.at(-1)!.length + 1];
  }

  it("finds the user's file, line, column and text", async () => {
    write(files);
    const route = await compiled("main.ts");
    expect(positionFor(route, ...placeIn(route.code, "helper(text)"))).toEqual({
      file: join(folder, "main.ts"),
      line: 6,
      column: 3,
      sourceLine: "  helper(text); // MAIN",
    });
    expect(positionFor(route, ...placeIn(route.code, "new Error"))).toMatchObject({
      file: join(folder, "lib.ts"),
      line: 2,
      column: 9,
    });
  });

  it("finds the line when no column is known", async () => {
    write(files);
    const route = await compiled("main.ts");
    const [line] = placeIn(route.code, "helper(text)");
    expect(positionFor(route, line)).toMatchObject({ line: 6, column: undefined });
  });

  it("has no answer for our own lines, and for lines that are not there", async () => {
    write(files);
    const route = await compiled("main.ts");
    expect(positionFor(route, ...placeIn(route.code, "const table of"))).toBeUndefined();
    expect(positionFor(route, 100_000, 1)).toBeUndefined();
  });

  it("knows the text of the user's file only, without what was added to it", async () => {
    write(files);
    const { map } = await compiled("main.ts");
    const { sources, sourcesContent } = JSON.parse(map) as Record<string, string[]>;
    expect(sourcesContent![sources!.indexOf(join(folder, "main.ts"))]).toBe(files["main.ts"]);
  });

  it("shows a path as the user wrote it", async () => {
    write(files);
    const from = process.cwd();
    process.chdir(folder);
    try {
      const result = await compileRoute("./main.ts");
      if (!result.ok) throw new Error("not compiled");
      const lib = placeIn(result.route.code, "new Error");
      const main = placeIn(result.route.code, "helper(text)");
      expect(positionFor(result.route, ...lib)?.file).toBe("lib.ts");
      expect(positionFor(result.route, ...main)?.file).toBe("./main.ts");
    } finally {
      process.chdir(from);
    }
  });
});
