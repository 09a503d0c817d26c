import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BUILT_IN_ALGORITHMS } from "../../src/dispatch/algorithms/index.ts";

const documentation = readFileSync(new URL("../../docs/dispatcher.md", import.meta.url), "utf8");

describe("docs/dispatcher.md", () => {
  it("has a row for each built-in algorithm, in their order", () => {
    const rows = documentation.split("\n").filter((line) => /^\| \d+ \| `[a-z-]+` \|/.test(line));
    expect(rows).toEqual(
      BUILT_IN_ALGORITHMS.map(({ number, name, summary }) => `| ${number} | \`${name}\` | ${summary} |`),
    );
  });
});
