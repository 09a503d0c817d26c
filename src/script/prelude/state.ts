/** The message that a route function is looking at, and what it has decided: one at a time, so it is module state. */
import { ABSENT, ASK, FIELD, type Host, MAX_PREFETCHED, NUMBER, RECORD, SNAPSHOT } from "./host.ts";

/** Thrown by exit() and drop(); not an Error, so that making it costs nothing. */
export const EXIT = { toString: () => "exit() or drop() was called; do not catch it" };

export type Phase = "load" | "request" | "reply";

export const state = {
  host: undefined as unknown as Host,
  phase: "load" as Phase,
  snapshot: [] as string[],
  requestUri: "",
  /** Empty: none. */
  destinationUri: "",
  /** Records of the verdict, in the order of the calls. */
  verdict: "",
  /** The call that decided, as `forward()`; empty: none yet. */
  decision: "",
  recordRouted: false,
  looseRouted: 0,
  maxForwards: -1,
  logThreshold: 30,
};

export function noMessage(call: string): Error {
  return new Error(`${call}(): there is no message while the file is being loaded`);
}

/** Pseudo-variables that this script has asked for before: their values come with the snapshot. */
const prefetched: string[] = [];
const values = new Map<string, string | number | null>();

export function begin(snapshot: string, phase: Phase): void {
  const fields = snapshot.split("\n");
  state.snapshot = fields;
  state.phase = phase;
  state.requestUri = fields[SNAPSHOT.REQUEST_URI] as string;
  state.destinationUri = "";
  state.verdict = "";
  state.decision = "";
  state.recordRouted = false;
  state.looseRouted = 0;
  const maxForwards = fields[SNAPSHOT.MAX_FORWARDS] as string;
  state.maxForwards = maxForwards === "" ? -1 : +maxForwards;
  if (values.size > 0) values.clear();
}

/** Adds a record to the verdict: a letter and its fields (see script/verdict.ts). */
export function record(letter: string, ...fields: string[]): void {
  const text = fields.length === 0 ? letter : letter + fields.join(FIELD);
  state.verdict = state.verdict === "" ? text : state.verdict + RECORD + text;
}

export function setRequestUri(uri: string): void {
  state.requestUri = uri;
  record("u", uri);
}

export function setDestinationUri(uri: string): void {
  state.destinationUri = uri;
  record("d", uri);
}

/** These depend on what the script has set, and so are asked for each time. */
const CHANGING = /^\$(r[uUdpP]|d[udpP]|xavp)/;

export function read(name: string): string | number | null {
  if (CHANGING.test(name)) return state.host.read(name, state.requestUri, state.destinationUri);
  const known = values.get(name);
  if (known !== undefined) return known;
  const position = prefetched.indexOf(name);
  const field = position < 0 ? undefined : state.snapshot[SNAPSHOT.LENGTH + position];
  let value: string | number | null;
  if (field === undefined || field === ASK) {
    value = state.host.read(name, state.requestUri, state.destinationUri);
    // The host counts in the same way (script/script-host.ts), so both lists are the same.
    if (position < 0 && prefetched.length < MAX_PREFETCHED) prefetched.push(name);
  } else if (field === ABSENT) value = null;
  else value = field[0] === NUMBER ? +field.slice(1) : field.slice(1);
  values.set(name, value);
  return value;
}
