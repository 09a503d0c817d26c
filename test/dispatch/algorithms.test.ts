import { describe, expect, it } from "vitest";
import type { PickInput } from "../../src/dispatch/algorithm.ts";
import { BUILT_IN_ALGORITHMS } from "../../src/dispatch/algorithms/index.ts";
import { weightSlots } from "../../src/dispatch/algorithms/weight.ts";
import { hash } from "../../src/dispatch/hash.ts";
import { benchOf } from "../support/dispatch.ts";

const SEED_LIST = ["1 sip:a", "1 sip:b", "1 sip:c"];

function picks(count: number, pick: (n: number) => string | undefined): string {
  return Array.from({ length: count }, (_, n) => pick(n) ?? "-").join("");
}

function shares(sequence: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of sequence) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

describe("each algorithm answers to its name, its number and its number as text", () => {
  it.each(BUILT_IN_ALGORITHMS.map(({ name, number }) => [name, number ?? -1]))("%s is %i", (name, number) => {
    const input = {
      callId: "c",
      from: key("f"),
      to: key("t"),
      requestUri: key("r"),
      authUser: "u",
      hashText: "h",
    };
    const choices = [name, number, String(number)].map((algorithm) => {
      const bench = benchOf(["1 sip:a 0 3 duid=a", "1 sip:b 0 2 duid=b", "1 sip:c 0 1 duid=c"], {
        params: { ds_hash_size: 8 },
      });
      const sequence = picks(9, () => bench.pick(algorithm, input));
      expect(bench.warnings).toEqual([]);
      return sequence;
    });
    expect(new Set(choices).size).toBe(1);
  });
});

function key(user: string | undefined, hostport: string | undefined = "h") {
  return { user, hostport };
}

describe("hash algorithms", () => {
  const inputs: readonly [algorithm: string, input: Partial<PickInput>, value: number][] = [
    ["hash-call-id", { callId: "f81d4fae@10.1.1.1" }, hash("f81d4fae@10.1.1.1")],
    ["hash-from-uri", { from: key("alice", "server.com") }, hash("alice", "server.com")],
    ["hash-from-uri", { from: key(undefined, "server.com") }, hash(undefined, "server.com")],
    ["hash-from-uri", { from: { user: "alice", hostport: undefined } }, hash("alice")],
    ["hash-to-uri", { to: key("bob", "server.com:5070") }, hash("bob", "server.com:5070")],
    ["hash-request-uri", { requestUri: key("1001", "10.0.0.1") }, hash("1001", "10.0.0.1")],
    ["hash-auth-user", { authUser: "alice" }, hash("alice")],
    ["hash-pv", { hashText: "12345678" }, hash("12345678")],
  ];

  it.each(inputs)("%s counts in Kamailio's order: %j", (algorithm, input, value) => {
    const { pick } = benchOf(["1 sip:a", "1 sip:b", "1 sip:c", "1 sip:d 0 9"]);
    expect(pick(algorithm, input)).toBe("dcba"[value % 4]);
  });

  it.each(["hash-call-id", "hash-from-uri", "hash-to-uri", "hash-request-uri", "hash-pv"])(
    "%s has no choice when the request lacks what it hashes",
    (algorithm) => {
      expect(benchOf(SEED_LIST).pick(algorithm)).toBeUndefined();
    },
  );

  it.each([
    ["an empty text for hash-pv is none", "hash-pv", { hashText: "" }, undefined],
    ["an empty user for hash-auth-user is none: round-robin", "hash-auth-user", { authUser: "" }, "a"],
    ["an empty Call-ID is one", "hash-call-id", { callId: "" }, "cba"[1]],
    [
      "a URI without user hashes as with an empty one",
      "hash-from-uri",
      { from: { user: undefined, hostport: undefined } },
      "cba"[1],
    ],
  ])("%s", (_name, algorithm, input, expected) => {
    expect(benchOf(SEED_LIST).pick(algorithm, input)).toBe(expected);
  });

  it("hash-auth-user without credentials takes round-robin's turn", () => {
    const { pick } = benchOf(SEED_LIST);
    expect([pick(4), pick(5), pick(5, { authUser: "a" }), pick(4)]).toEqual([
      "a",
      "b",
      "cba"[hash("a") % 3],
      "c",
    ]);
  });

  it("leaves the others where they are when one goes down", () => {
    const before = benchOf(SEED_LIST);
    const after = benchOf(["1 sip:a", "1 sip:b 1", "1 sip:c"]);
    for (let n = 0; n < 50; n++) {
      const was = before.pick(0, { callId: `call-${n}` });
      const is = after.pick(0, { callId: `call-${n}` });
      expect(is).toBe(was === "b" ? "a" : was);
    }
  });
});

describe("round-robin", () => {
  it.each([
    ["the seed: in the order of the lines", SEED_LIST, "abcabcabc"],
    ["by priority first", ["1 sip:a 0 1", "1 sip:b 0 5", "1 sip:c 0 1"], "bacbacbac"],
    [
      "over an inactive one, without giving its share twice",
      ["1 sip:a", "1 sip:b 1", "1 sip:c"],
      "acacacaca",
    ],
    ["over a disabled one", ["1 sip:a 4", "1 sip:b", "1 sip:c"], "bcbcbcbcb"],
    ["trying and probing ones count", ["1 sip:a 2", "1 sip:b 8", "1 sip:c 10"], "abcabcabc"],
    ["one alone", ["1 sip:a"], "aaaaaaaaa"],
    ["none usable", ["1 sip:a 1", "1 sip:b 4"], "---------"],
  ])("%s", (_name, lines, expected) => {
    const { pick } = benchOf(lines);
    expect(picks(9, () => pick(4))).toBe(expected);
  });

  it("has a turn for each set", () => {
    const { pick } = benchOf([...SEED_LIST, "2 sip:x", "2 sip:y"]);
    expect([pick(4), pick(4, {}, 2), pick(4), pick(4, {}, 2), pick(4, {}, 2)]).toEqual([
      "a",
      "x",
      "b",
      "y",
      "x",
    ]);
  });
});

describe("first", () => {
  it.each([
    ["highest priority", ["1 sip:a 0 1", "1 sip:b 0 5", "1 sip:c 0 3"], "file", "b"],
    ["first line among equals", SEED_LIST, "file", "a"],
    ["last line among equals, Kamailio's way", SEED_LIST, "kamailio", "c"],
    ["the next when the first is down", ["1 sip:a 1 5", "1 sip:b 0 1", "1 sip:c 0 3"], "file", "c"],
  ] as const)("%s", (_name, lines, tie_order, expected) => {
    const { pick } = benchOf([...lines], { params: { tie_order } });
    expect([pick(8), pick(8)]).toEqual([expected, expected]);
  });
});

describe("random", () => {
  it("gives each about the same, and repeats with the same seed", () => {
    const run = () => {
      const { pick } = benchOf(SEED_LIST);
      return picks(3000, () => pick("random"));
    };
    const sequence = run();
    for (const share of Object.values(shares(sequence))) expect(Math.abs(share - 1000)).toBeLessThan(120);
    expect(run()).toBe(sequence);
  });
});

describe("weight", () => {
  const rows: readonly [name: string, weights: number[], shares: number[]][] = [
    ["a sum of 100", [50, 30, 20], [50, 30, 20]],
    ["less than 100: the rest to the last", [50, 30], [50, 50]],
    ["less than 100 and the last has none", [50, 30, 0], [50, 30, 20]],
    ["more than 100: cut", [80, 80, 80], [80, 20, 0]],
    ["the first has none: it takes all", [0, 50, 50], [100, 0, 0]],
    ["one in the middle has none", [60, 0, 40], [60, 0, 40]],
    ["one alone", [7], [100]],
  ];

  it.each(rows)("%s", (_name, weights, expected) => {
    const slots = weightSlots(weights);
    expect(slots).toHaveLength(100);
    expect(weights.map((_, index) => slots.filter((slot) => slot === index).length)).toEqual(expected);
  });

  const weighted = ["1 sip:a 0 0 weight=50", "1 sip:b 0 0 weight=30", "1 sip:c 0 0 weight=20"];

  it("keeps the shares exactly in every 100, in no order", () => {
    const { pick } = benchOf(weighted);
    for (let round = 0; round < 3; round++) {
      const sequence = picks(100, () => pick(9));
      expect(shares(sequence)).toEqual({ a: 50, b: 30, c: 20 });
      expect(sequence).not.toMatch(/^a{50}/);
    }
  });

  it("gives the share of one that is down to its neighbour, without new slots", () => {
    const { pick, dispatcher } = benchOf(weighted);
    const before = picks(100, () => pick(9));
    dispatcher.markAddress("i", 1, "sip:a");
    expect(picks(100, () => pick(9))).toBe(before.replaceAll("a", "b"));
  });
});

describe("call-load", () => {
  const params = { ds_hash_size: 8 };
  const lines = ["1 sip:a 0 0 duid=a;maxload=2", "1 sip:b 0 0 duid=b;maxload=1", "1 sip:c 1 0 duid=c"];
  const calls = (bench: ReturnType<typeof benchOf>, count: number) =>
    picks(count, (n) => bench.pick(10, { callId: `call-${n}` }));

  it("takes the least loaded, the first among equals, and none when all are full", () => {
    expect(calls(benchOf(lines, { params }), 5)).toBe("aba--");
  });

  it("gives no default either when all are full", () => {
    const bench = benchOf([...lines, "1 sip:d 0 0 duid=d"], { params: { ...params, use_default: 1 } });
    expect(calls(bench, 5)).toBe("aba--");
  });

  it("takes the first for anything but INVITE, and does not count it", () => {
    const bench = benchOf(lines, { params });
    expect(picks(4, (n) => bench.pick(10, { method: "OPTIONS", callId: `call-${n}` }))).toBe("aaaa");
    expect(bench.dispatcher.snapshot().map(({ calls }) => calls)).toEqual([0, 0, 0]);
  });

  it("does not count without a duid, and says so once for each destination", () => {
    const bench = benchOf(["1 sip:a", "1 sip:b 0 0 duid=b"], { params });
    expect(calls(bench, 3)).toBe("aaa");
    expect(bench.warnings).toMatchObject([
      { code: "CALL_LOAD_NO_DUID", message: expect.stringContaining("sip:a") },
    ]);
  });

  it("does not count with ds_hash_size 0, and says so once", () => {
    const bench = benchOf(lines);
    expect(calls(bench, 3)).toBe("aaa");
    expect(bench.warnings).toMatchObject([{ code: "CALL_LOAD_OFF" }]);
  });
});

describe("an algorithm that does not exist", () => {
  it.each([[99], ["99"], ["least-load"], [11], [-1], [1.5], [Number.NaN], ["__proto__"], [""]])(
    "%j takes the first, with one warning",
    (algorithm) => {
      const { pick, warnings } = benchOf(["1 sip:a 1 9", "1 sip:b", "1 sip:c"]);
      expect([pick(algorithm), pick(algorithm)]).toEqual(["b", "b"]);
      expect(warnings).toMatchObject([{ code: "ALGORITHM_UNKNOWN" }]);
    },
  );

  it("names the known ones, or the one that was meant", () => {
    const { pick, warnings } = benchOf(SEED_LIST);
    pick("round-robbin");
    pick("qqqqqqqq");
    expect(warnings[0]?.remedy).toMatch(/"round-robin"/);
    expect(warnings[1]?.remedy).toMatch(/hash-call-id, .*round-robin, .*call-load/);
  });

  it("does not fill the log when scripts make names up", () => {
    const { pick, warnings } = benchOf(SEED_LIST);
    for (let n = 0; n < 1000; n++) pick(`name-${n}`);
    expect(warnings.length).toBeLessThanOrEqual(100);
  });
});
