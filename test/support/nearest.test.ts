/** support/nearest.ts: the word that was meant. */
import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../src/support/nearest.ts";

describe("the distance of two words", () => {
  const rows: readonly (readonly [string, string, number])[] = [
    ["run", "run", 0],
    ["rnu", "run", 1],
    ["listen", "lisen", 1],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, distance] of rows) {
    it(`${a || "(empty)"} to ${b} is ${distance}`, () => {
      expect(editDistance(a, b)).toBe(distance);
      expect(editDistance(b, a)).toBe(distance);
    });
  }
});

describe("the nearest word", () => {
  const known = ["listen", "list", "routes", "limits", "log"];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["lisen", "listen"],
    ["LIST", "list"],
    ["route", "routes"],
    ["lgo", "log"],
    ["banana", undefined],
    ["x".repeat(100_000), undefined],
  ];
  for (const [word, expected] of rows)
    it(word.slice(0, 20), () => expect(nearest(word, known)).toBe(expected));
});
