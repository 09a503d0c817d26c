/** docs/life-of-a-request.md is true to the code as far as a test can tell: its files and functions are there. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const PAGE = new URL("../../docs/life-of-a-request.md", import.meta.url);
const page = readFileSync(PAGE, "utf8");

/** `[file.ts](../src/.../file.ts) `name`, `name``: each link, with the names that follow it at once. */
const mentions = [...page.matchAll(/\[([^\]]+)\]\(([^)#]+)\)((?:,?\s+`[^`\s]+`)*)/g)].map(
  ([, label = "", path = "", names = ""]) => ({
    label,
    path,
    names: [...names.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""),
  }),
);
const sourceOf = (path: string): string => readFileSync(new URL(path, PAGE), "utf8");

it("mentions are found", () => {
  expect(mentions.length).toBeGreaterThan(40);
  expect(mentions.filter(({ names }) => names.length > 0).length).toBeGreaterThan(40);
});

it("every linked file exists, and is called by its name", () => {
  const missing = mentions.filter(({ path }) => !existsSync(fileURLToPath(new URL(path, PAGE))));
  expect(missing).toEqual([]);
  expect(mentions.filter(({ label, path }) => !path.endsWith(label))).toEqual([]);
});

it("every function stands in the file that it is named with", () => {
  const absent = mentions.flatMap(({ path, names }) => {
    const source = sourceOf(path);
    return names
      .filter((name) => !new RegExp(`(?<![\\w#])${name}\\b`).test(source))
      .map((name) => `${path}: ${name}`);
  });
  expect(absent).toEqual([]);
});

it("every file that the pipeline takes a step with is mentioned", () => {
  const pipeline = sourceOf("../src/pipeline.ts");
  const steps = [...pipeline.matchAll(/from "\.\/((?:proxy|script|sip)\/[^"]+)"/g)].map((match) => match[1]);
  expect(steps.length).toBeGreaterThan(8);
  expect(steps.filter((step) => !page.includes(`(../src/${step})`))).toEqual([]);
});

it("is short", () => {
  expect(page.split("\n").length).toBeLessThan(150);
});
