import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Candidate, PickInput } from "../../src/dispatch/algorithm.ts";
import { compilePlugins } from "../../src/plugin/compile.ts";
import { loadPlugins } from "../../src/plugin/load.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import { systemClock } from "../../src/support/clock.ts";
import { PROBLEM_CATALOGUE } from "../../src/support/problem-catalogue.ts";
import { seededRandom } from "../../src/support/random.ts";

const docs = readFileSync("docs/plugins.md", "utf8");
const folder = mkdtempSync(join(tmpdir(), "signalbox-docs-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await closeBundler();
});

it("the plugin in docs/plugins.md has at most 30 lines and does what the page says", async () => {
  const text = /```ts\n(.*?)```/s.exec(docs)![1]!;
  expect(text.split("\n").length).toBeLessThanOrEqual(31);
  writeFileSync(join(folder, "callers-home.ts"), text);
  const compiled = await compilePlugins(folder);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const loaded = await loadPlugins(compiled.plugins, []);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const picker = loaded.algorithms[0]!.createPicker(undefined, {
    clock: systemClock,
    random: seededRandom(3),
  });
  const candidate = (attrs: [string, string][]) => ({ attrs: new Map(attrs) }) as unknown as Candidate;
  picker.update([candidate([["home", "1"]]), candidate([]), candidate([])]);
  const picks = (sourceIp: string) =>
    new Set(Array.from({ length: 50 }, () => picker.pick({ sourceIp } as PickInput)));
  expect(picks("192.0.2.7")).toEqual(new Set([0]));
  expect(picks("198.51.100.7")).toEqual(new Set([1, 2]));
});

it("every code in docs/plugins.md exists, and every plugin code is there", () => {
  const named = new Set([...docs.matchAll(/`((?:PLUGIN|ALGORITHM)_[A-Z_]+)`/g)].map((match) => match[1]!));
  const known = Object.keys(PROBLEM_CATALOGUE);
  expect([...named].filter((code) => !known.includes(code))).toEqual([]);
  expect(known.filter((code) => code.startsWith("PLUGIN_") && !named.has(code))).toEqual([]);
});
