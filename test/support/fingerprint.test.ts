import { describe, expect, it } from "vitest";
import { fingerprint } from "../../src/support/fingerprint.ts";

describe("fingerprint", () => {
  it("is the same for the same texts, and 16 hexadecimal digits", () => {
    expect(fingerprint("a", "b")).toBe(fingerprint("a", "b"));
    expect(fingerprint()).toMatch(/^[0-9a-f]{16}$/);
  });

  const rows: [string, string[], string[]][] = [
    ["a character", ["abc"], ["abd"]],
    ["case", ["abc"], ["abC"]],
    ["the order of characters", ["ab"], ["ba"]],
    ["where one text ends", ["ab", "c"], ["a", "bc"]],
    ["an empty text", ["a"], ["a", ""]],
    ["a zero character", ["\0"], ["\0\0"]],
    ["a character beyond 8 bits", ["\u0100"], ["\u0200"]],
  ];
  it.each(rows)("differs by %s", (_name, a, b) => expect(fingerprint(...a)).not.toBe(fingerprint(...b)));

  it("has no two alike among 100,000 texts that differ by a number", () => {
    const seen = new Set(Array.from({ length: 100_000 }, (_, i) => fingerprint(`1 sip:192.0.2.1:${i}\n`)));
    expect(seen.size).toBe(100_000);
  });
});
