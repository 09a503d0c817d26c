/** A plugin's trial: a few lists of candidates, each with picks, with fixed dice and a clock that stands still. */
import type { Algorithm, Candidate, Picker, PickInput } from "../dispatch/algorithm.ts";
import { NONE } from "../dispatch/algorithm.ts";
import type { Clock } from "../support/clock.ts";
import type { ProblemCode } from "../support/problem-catalogue.ts";
import { seededRandom } from "../support/random.ts";

export interface TrialFault {
  readonly code: ProblemCode;
  readonly message: string;
}

const PICKS_PER_LIST = 100;

const stoppedClock: Clock = {
  now: () => 0,
  wallClock: () => 0,
  after: () => ({ cancel() {} }),
  every: () => ({ cancel() {} }),
};

/** Options are what a script that names none would give. */
export function createPickerForTrial(algorithm: Algorithm): Picker {
  const options = algorithm.parseOptions?.(undefined);
  return algorithm.createPicker(options, { clock: stoppedClock, random: seededRandom(1) });
}

/** What is wrong with the shape of a picker. */
export function pickerFault(picker: unknown): TrialFault | undefined {
  if (typeof picker !== "object" || picker === null)
    return { code: "PLUGIN_MANIFEST", message: `createPicker returned ${String(picker)}, not a picker` };
  for (const method of ["update", "pick"] as const) {
    if (typeof (picker as Record<string, unknown>)[method] !== "function")
      return { code: "PLUGIN_MANIFEST", message: `the picker has no ${method} function` };
  }
  return undefined;
}

/** Tells each step before it is taken, so that a throw can be named by it. */
export function tryPicker(picker: Picker, tell: (step: string) => void): TrialFault | undefined {
  for (const count of [3, 1, 8, 2]) {
    const candidates = trialCandidates(count);
    tell(`update with ${count} candidates`);
    picker.update(candidates);
    tell(`pick from ${count} candidates`);
    for (let i = 0; i < PICKS_PER_LIST; i++) {
      const index = picker.pick(TRIAL_INPUTS[i % TRIAL_INPUTS.length]!);
      if (index === NONE) continue;
      if (!Number.isInteger(index) || index < 0 || index >= count) {
        const shown = typeof index === "number" ? String(index) : `a ${typeof index} (${String(index)})`;
        return { code: "PLUGIN_BAD_PICK", message: `pick returned ${shown} for ${count} candidates` };
      }
    }
  }
  return undefined;
}

function trialCandidates(count: number): readonly Candidate[] {
  const candidates = Array.from({ length: count }, (_, i) =>
    Object.freeze({
      id: `1 sip:192.0.2.${i + 1}:5060`,
      uri: `sip:192.0.2.${i + 1}:5060`,
      priority: 0,
      // The last one has neither weight nor duid, as in a list that gives none.
      weight: i === count - 1 ? 0 : 10 * (i + 1),
      rweight: i === count - 1 ? 0 : 10 * (i + 1),
      maxload: 0,
      duid: i === count - 1 ? "" : `d${i}`,
      attrs: new Map<string, string>(),
      usable: true,
      calls: i % 3,
    }),
  );
  return Object.freeze(candidates);
}

/** Everything that may be missing is missing in one of them. */
const TRIAL_INPUTS: readonly PickInput[] = [
  {
    method: "INVITE",
    callId: "trial@192.0.2.100",
    from: { user: "alice", hostport: "192.0.2.100" },
    to: { user: "bob", hostport: "example.com:5070" },
    requestUri: { user: "bob", hostport: "example.com" },
    authUser: "alice",
    hashText: "alice",
    sourceIp: "192.0.2.100",
  },
  {
    method: "OPTIONS",
    callId: undefined,
    from: undefined,
    to: undefined,
    requestUri: undefined,
    authUser: undefined,
    hashText: undefined,
    sourceIp: "2001:db8::1",
  },
];
