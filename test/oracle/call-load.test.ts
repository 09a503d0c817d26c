/** Algorithm 10 against a real Kamailio: calls that begin, are confirmed, end and fail over. */
import { describe, expect, it } from "vitest";
import type { Selection } from "../../src/dispatch/selection.ts";
import { seededRandom } from "../../src/support/random.ts";
import { benchOf, inputOf } from "../support/dispatch.ts";
import type { Question } from "../support/kamailio.ts";
import { Kamailio, kamailioMissing, kamailioVersion } from "../support/kamailio.ts";
import { generateList } from "./generated.ts";

const SETS = 20;

/** A BYE ends the call; anything else selects, and goes on as often as it says. */
const ROUTE = `
  if (is_method("BYE")) {
    ds_load_update();
    sl_send_reply("299", "Ended");
    exit;
  }
  if (!ds_select_dst("$(hdr(X-Set){s.int})", "10")) {
    sl_send_reply("499", "None");
    exit;
  }
  $var(left) = $(hdr(X-Next){s.int});
  while ($var(left) > 0 && ds_next_dst()) {
    $var(left) = $var(left) - 1;
  }
  sl_send_reply("299", "$du");`;

function question(method: string, callId: string, set: number, next: number): Question {
  return {
    startLine: `${method} sip:u@h SIP/2.0`,
    headers: [
      "From: <sip:f@h>;tag=1",
      "To: <sip:t@h>",
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      `X-Set: ${set}`,
      `X-Next: ${next}`,
    ],
  };
}

describe.skipIf(kamailioMissing !== undefined)(`Kamailio ${kamailioVersion} places calls the same`, () => {
  it.each([
    ["counting", 8],
    ["with ds_hash_size 0", 0],
  ])("call-load, %s", async (_name, ds_hash_size) => {
    const random = seededRandom(5);
    const attrs = (set: number, line: number) => `duid=d${set}-${line};maxload=${random.below(4)}`;
    const lines = generateList(random, SETS, attrs);
    const { dispatcher } = benchOf(lines, { params: { ds_hash_size, tie_order: "kamailio" } });
    const kamailio = await Kamailio.start(`${lines.join("\n")}\n`, { flags: 2, ds_hash_size }, ROUTE);
    const ours: (string | undefined)[] = [];
    const questions: Question[] = [];
    const open: string[] = [];
    for (let n = 0; n < 600; n++) {
      const set = 1 + random.below(SETS);
      const kind = random.below(10);
      if (kind < 3 && open.length > 0) {
        const [callId = ""] = open.splice(random.below(open.length), 1);
        questions.push(question("BYE", callId, set, 0));
        dispatcher.loadUpdate("BYE", false, 0, callId);
        ours.push("Ended");
        continue;
      }
      const method = kind === 3 ? "OPTIONS" : "INVITE";
      const next = random.below(3) === 0 ? 1 + random.below(2) : 0;
      const callId = kind === 4 && open.length > 0 ? (open[0] ?? "") : `call-${n}`;
      if (method === "INVITE" && callId !== open[0]) open.push(callId);
      questions.push(question(method, callId, set, next));
      ours.push(chosen(dispatcher.select(set, 10, inputOf({ method, callId })), next));
    }
    try {
      const answers = await kamailio.askAll(questions);
      const different = ours.flatMap((uri, at) =>
        uri === answers[at] ? [] : [{ at, uri, kamailios: answers[at] }],
      );
      expect(different).toEqual([]);
      expect(answers.filter((answer) => answer?.startsWith("sip:")).length).toBeGreaterThan(250);
    } finally {
      await kamailio.stop();
    }
  });
});

function chosen(selection: Selection | undefined, next: number): string | undefined {
  for (let left = next; left > 0 && selection?.next() !== undefined; left--);
  return selection?.destination.uri;
}
