import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { linkChain } from "../../src/reload/link-chain.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "signalbox-chain-")));
afterAll(() => rmSync(root, { recursive: true }));

mkdirSync(join(root, "..v1"));
mkdirSync(join(root, "plugins"));
for (const file of ["..v1/main.js", "plain.js"]) writeFileSync(join(root, file), "");
const links: [string, string][] = [
  ["..data", "..v1"],
  ["main.js", "..data/main.js"],
  ["absolute.js", join(root, "plain.js")],
  ["loop.js", "loop.js"],
  ["dangling.js", "none/none.js"],
  ["p", "plugins"],
];
for (const [name, target] of links) symlinkSync(target, join(root, name));

/** Steps as paths below the root; the root's own entry in its parent is `.`. */
function steps(name: string): string[] {
  return linkChain(join(root, name)).steps.map(
    (step) => relative(root, join(step.directory, step.name)) || ".",
  );
}

describe("linkChain", () => {
  const rows: [string, string, string[]][] = [
    ["a file", "plain.js", [".", "plain.js"]],
    ["a Kubernetes volume", "main.js", ["main.js", "..data", "..v1", "..v1/main.js"]],
    ["an absolute link", "absolute.js", ["absolute.js", ".", "plain.js"]],
    ["a directory", "plugins", ["plugins"]],
    ["a link to a directory", "p", ["p", "plugins"]],
    ["what is not there", "none.js", ["none.js"]],
    ["what is not there by its first missing part", "a/b/c.js", ["a"]],
    ["a link to nothing", "dangling.js", ["dangling.js", "none"]],
    ["a file where a directory should be", "plain.js/x", ["plain.js"]],
  ];
  it.each(rows)("follows %s", (_name, path, expected) => expect(steps(path)).toEqual(expected));

  it("ends in a loop", () => {
    expect(new Set(steps("loop.js"))).toEqual(new Set(["loop.js"]));
  });

  it("names the directory that a path leads to", () => {
    expect(basename(linkChain(join(root, "p")).directory!)).toBe("plugins");
    expect(linkChain(join(root, "plain.js")).directory).toBeUndefined();
    expect(linkChain(join(root, "none")).directory).toBeUndefined();
  });
});
