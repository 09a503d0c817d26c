/** docs/: the generated references are complete. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildConfig } from "../../src/config/load.ts";
import { configSchema } from "../../src/config/schema.ts";
import { configReference, EXAMPLE } from "../../src/docs/config-reference.ts";
import { errorReference } from "../../src/docs/error-reference.ts";
import { GENERATED_FILES, staleFiles, writeFiles } from "../../src/docs/generate.ts";
import { PROBLEM_CATALOGUE } from "../../src/support/problem-catalogue.ts";

it("every key of the config file is documented with a meaning", () => {
  const text = configReference();
  for (const key of Object.keys(configSchema.shape))
    expect(text).toMatch(new RegExp(`(## ${key}\n|\\| \`${key}\` +\\|)`));
  expect(text).not.toContain("undefined");
  expect(text).not.toMatch(/` +\| +\.? +\|/);
});

it("the example of the config reference loads", () => {
  expect(buildConfig(EXAMPLE, "signalbox.yaml").problems).toEqual([]);
});

it("every problem is documented", () => {
  const text = errorReference();
  for (const code of Object.keys(PROBLEM_CATALOGUE)) expect(text).toContain(`\`${code}\``);
});

it("a file that is missing or changed is stale, and is written anew", () => {
  const root = mkdtempSync(join(tmpdir(), "signalbox-docs-"));
  const all = Object.keys(GENERATED_FILES);
  expect(staleFiles(root)).toEqual(all);
  expect(writeFiles(root)).toEqual(all);
  expect(staleFiles(root)).toEqual([]);
  writeFileSync(join(root, "docs/errors.md"), "changed by hand");
  expect(staleFiles(root)).toEqual(["docs/errors.md"]);
  rmSync(root, { recursive: true });
});
