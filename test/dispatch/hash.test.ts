import { describe, expect, it } from "vitest";
import { hash } from "../../src/dispatch/hash.ts";

/** Computed by the hash function of Kamailio's dispatcher module. */
const VECTORS: readonly [x: string | undefined, y: string | undefined, value: number][] = [
  ["alice", "server.com", 1412806172],
  ["bob", "server.com", 3883463682],
  ["alice", undefined, 1834153949],
  ["a", undefined, 109],
  ["", undefined, 1],
  ["abcd", undefined, 1834959896],
  ["abcde", undefined, 1834960001],
  ["3848276298220188511@atlanta.example.com", undefined, 3416024093],
  ["alice", "server.com:5070", 3069939755],
  [undefined, "server.com", 3876241470],
  [Buffer.from("été").toString("latin1"), undefined, 3139016441],
  ["1001", "10.0.0.1", 2587534525],
  ["12345678", undefined, 1790317021],
  ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6@10.1.1.1", undefined, 634832526],
  [undefined, undefined, 0],
];

describe("hash", () => {
  it.each(VECTORS)("of %j and %j is %i", (x, y, value) => {
    expect(hash(x, y)).toBe(value);
  });

  it("keeps two texts apart", () => {
    expect(hash("ab", "cd")).not.toBe(hash("abcd"));
  });
});
