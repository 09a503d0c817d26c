/** cli/demo-files.ts: the working folder, and the default files that it is made from. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { demoScript, localDestinations, prepareDemoFiles } from "../../src/cli/demo-files.ts";
import { findPackageRoot } from "../../src/cli/package-root.ts";

const ROOT = findPackageRoot();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-demo-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the demo's files", () => {
  it("are copied once, and never over what the user wrote", () => {
    const first = prepareDemoFiles(ROOT, folder);
    expect(first.created).toEqual(expect.arrayContaining([first.routes, first.list, first.plugins]));
    writeFileSync(first.routes, "// mine\n");
    expect(prepareDemoFiles(ROOT, folder).created).toEqual([]);
    expect(readFileSync(first.routes, "utf8")).toBe("// mine\n");
    expect(existsSync(first.plugins)).toBe(true);
  });

  it("take calls in turn, which is one line of the default script", () => {
    const script = readFileSync(join(ROOT, "routes/main.js"), "utf8");
    const changed = demoScript(script)
      .split("\n")
      .filter((line, index) => line !== script.split("\n")[index]);
    expect(changed).toEqual(['const ALGORITHM = "4";']);
  });

  it("name three endpoints that the demo answers for", () => {
    const list = readFileSync(join(ROOT, "dispatcher.list"), "utf8");
    expect(localDestinations(list).map(({ port }) => port)).toEqual([5070, 5071, 5072]);
  });
});

describe("destinations on this machine", () => {
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ["1 sip:127.0.0.1:5070\n1 sip:127.0.0.1:5070;transport=udp\n2 sip:127.0.0.1", [5070, 5060]],
    ["# 1 sip:127.0.0.1:5070\n1 sip:10.0.0.1:5070\n1 sip:127.0.0.1.example:5", []],
    ["  1\tsip:127.0.0.1:5070 1 0 duid=a", [5070]],
    ["1 sip:127.0.0.1:0\n1 sip:127.0.0.1:70000\nnonsense", []],
  ];
  for (const [list, ports] of rows) {
    it(JSON.stringify(list), () => expect(localDestinations(list).map(({ port }) => port)).toEqual(ports));
  }
});
