/** The dispatcher against a real Kamailio: the same list, the same messages, the same destinations. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Destination } from "../../src/dispatch/destination.ts";
import type { DispatcherParams } from "../../src/dispatch/params.ts";
import type { Selection } from "../../src/dispatch/selection.ts";
import { seededRandom } from "../../src/support/random.ts";
import { benchOf, inputOf } from "../support/dispatch.ts";
import type { Question } from "../support/kamailio.ts";
import { COMMON, Kamailio, kamailioMissing, kamailioVersion } from "../support/kamailio.ts";
import type { GeneratedCase } from "./generated.ts";
import { generateCase, generateList, HASH_ALGORITHMS } from "./generated.ts";
import { KEYS, keyQuestion } from "./keys.ts";

const SETS = 40;

/** Answers with the chosen one and all that `ds_next_dst` gives after it. */
const WALK = `
  if (!ds_select_dst("$(hdr(X-Set){s.int})", "$(hdr(X-Alg){s.int})", "$(hdr(X-Limit){s.int})")) {
    sl_send_reply("499", "None");
    exit;
  }
  $var(walk) = $du;
  while (ds_next_dst()) {
    $var(walk) = $var(walk) + "," + $du;
  }
  sl_send_reply("299", "$var(walk)");`;

if (kamailioMissing !== undefined) console.warn(`skipped: ${kamailioMissing}`);

interface Comparison {
  /** What differs, with enough to look into it. */
  readonly different: readonly unknown[];
  /** For how many cases a destination was chosen at all. */
  readonly chosen: number;
}

async function compare(
  lines: readonly string[],
  cases: readonly GeneratedCase[],
  params: Partial<DispatcherParams>,
): Promise<Comparison> {
  const { flags = 2, use_default = 0 } = params;
  const kamailioParams = { flags, use_default, hash_pvar: "$hdr(X-Hash)" };
  const kamailio = await Kamailio.start(`${lines.join("\n")}\n`, kamailioParams, WALK);
  try {
    const answers = await kamailio.askAll(cases.map(({ question }) => question));
    const { dispatcher } = benchOf([...lines], { params });
    const different = cases.flatMap(({ set, algorithm, limit, input, question }, index) => {
      const ours = walkOf(dispatcher.select(set, algorithm, input, limit));
      const kamailios = answers[index];
      return ours === kamailios ? [] : [{ kamailios, ours, set, algorithm, limit, question, input }];
    });
    return { different, chosen: answers.filter((answer) => answer !== undefined).length };
  } finally {
    await kamailio.stop();
  }
}

/** As the oracle answers: the chosen one and all after it. */
function walkOf(selection: Selection | undefined): string | undefined {
  if (selection === undefined) return undefined;
  const walked: string[] = [];
  for (let at: Destination | undefined = selection.destination; at !== undefined; at = selection.next()) {
    walked.push(at.uri);
  }
  return walked.join(",");
}

describe.skipIf(kamailioMissing !== undefined)(`Kamailio ${kamailioVersion} chooses the same`, () => {
  const rows: readonly [name: string, seed: number, count: number, params: Partial<DispatcherParams>][] = [
    ["with failover", 1, 600, { flags: 2 }],
    ["hashing users only", 2, 200, { flags: 3 }],
    ["with a default entry", 3, 200, { flags: 0, use_default: 1 }],
  ];

  it.each(rows)("by the hash algorithms, %s (seed %i, %i messages)", async (_name, seed, count, params) => {
    const random = seededRandom(seed);
    const lines = generateList(random, SETS);
    const onlyUser = ((params.flags ?? 0) & 1) !== 0;
    const options = { sets: SETS, algorithms: HASH_ALGORITHMS, onlyUser };
    const cases = Array.from({ length: count }, () => generateCase(random, options));
    const { different, chosen } = await compare(lines, cases, params);
    expect(different).toEqual([]);
    expect(chosen).toBeGreaterThan(count * 0.8);
  });

  it("by round-robin, first and unknown numbers, with ties in Kamailio's order", async () => {
    const random = seededRandom(4);
    const lines = generateList(random, SETS);
    const options = { sets: SETS, algorithms: [4, 4, 8, 99], onlyUser: false };
    const cases = Array.from({ length: 600 }, () => generateCase(random, options));
    const { different, chosen } = await compare(lines, cases, { tie_order: "kamailio" });
    expect(different).toEqual([]);
    expect(chosen).toBeGreaterThan(480);
  });
});

describe.skipIf(kamailioMissing !== undefined)(`Kamailio ${kamailioVersion} gives the same shares`, () => {
  it("by weight, in every 100", async () => {
    const random = seededRandom(6);
    const lines = generateList(random, 10, () =>
      random.below(4) === 0 ? "" : `weight=${1 + random.below(60)}`,
    );
    const asked = Array.from({ length: 1000 }, (_, n) => weightCase(1 + (n % 10)));
    const kamailio = await Kamailio.start(`${lines.join("\n")}\n`, { flags: 0 }, WALK);
    const answers = await kamailio
      .askAll(asked.map(({ question }) => question))
      .finally(() => kamailio.stop());
    const { dispatcher } = benchOf(lines, { params: { flags: 0, tie_order: "kamailio" } });
    const ours = asked.map(({ set }) => walkOf(dispatcher.select(set, 9, inputOf())));
    expect([...ours].sort()).toEqual([...answers].sort());
    expect(new Set(ours).size).toBeGreaterThan(20);
  });
});

function weightCase(set: number): { set: number; question: Question } {
  const headers = [...COMMON, `X-Set: ${set}`, "X-Alg: 9", "X-Limit: 0"];
  return { set, question: { startLine: "OPTIONS sip:u@h SIP/2.0", headers } };
}

describe.skipIf(kamailioMissing !== undefined)(`Kamailio ${kamailioVersion} takes for a key`, () => {
  // Many entries, so that two keys hardly ever agree by chance.
  const lines = Array.from({ length: 97 }, (_, line) => `1 sip:10.0.0.${line}`);
  let kamailio: Kamailio;
  beforeAll(async () => {
    kamailio = await Kamailio.start(`${lines.join("\n")}\n`, { hash_pvar: "$hdr(X-Hash)" }, WALK);
  });
  afterAll(() => kamailio?.stop());
  const bench = benchOf(lines, { params: { flags: 0, tie_order: "kamailio" } });

  it.each(KEYS)("%s", async (_name, algorithm, given, key) => {
    const ours = walkOf(bench.dispatcher.select(1, algorithm, inputOf(key)));
    expect(await kamailio.ask(keyQuestion(algorithm, given))).toBe(ours);
  });
});
