/** What a run of a route decided: records in the order of the calls, as the prelude wrote them (prelude/state.ts). */
import { FIELD, RECORD } from "./prelude/host.ts";

export type Action =
  | { readonly kind: "reply"; readonly status: number; readonly reason: string }
  /** `uri`: given to forward(); otherwise destination URI or request-URI. */
  | { readonly kind: "forward"; readonly uri: string | undefined }
  | { readonly kind: "drop" }
  | { readonly kind: "record-route" }
  | { readonly kind: "loose-route" }
  | { readonly kind: "max-forwards"; readonly value: number }
  | { readonly kind: "request-uri"; readonly uri: string }
  | { readonly kind: "destination-uri"; readonly uri: string | undefined }
  /** The next of the destinations that were selected in this run (its sending socket counts). */
  | { readonly kind: "selected" }
  | { readonly kind: "append-header"; readonly lines: string }
  | { readonly kind: "insert-header"; readonly lines: string }
  | { readonly kind: "remove-header"; readonly name: string };

const FORWARD: Action = { kind: "forward", uri: undefined };
const DROP: Action = { kind: "drop" };
const RECORD_ROUTE: Action = { kind: "record-route" };
const LOOSE_ROUTE: Action = { kind: "loose-route" };
const SELECTED: Action = { kind: "selected" };

export function parseVerdict(text: string): Action[] {
  const actions: Action[] = [];
  if (text === "") return actions;
  for (const record of text.split(RECORD)) actions.push(parseRecord(record));
  return actions;
}

function parseRecord(record: string): Action {
  const rest = record.slice(1);
  switch (record[0]) {
    case "f":
      return rest === "" ? FORWARD : { kind: "forward", uri: rest };
    case "r": {
      const separator = rest.indexOf(FIELD);
      return { kind: "reply", status: Number(rest.slice(0, separator)), reason: rest.slice(separator + 1) };
    }
    case "d":
      return { kind: "destination-uri", uri: rest === "" ? undefined : rest };
    case "s":
      return SELECTED;
    case "o":
      return RECORD_ROUTE;
    case "l":
      return LOOSE_ROUTE;
    case "m":
      return { kind: "max-forwards", value: Number(rest) };
    case "x":
      return DROP;
    case "u":
      return { kind: "request-uri", uri: rest };
    case "a":
      return { kind: "append-header", lines: rest };
    case "i":
      return { kind: "insert-header", lines: rest };
    case "h":
      return { kind: "remove-header", name: rest };
  }
  throw new Error(`The prelude wrote a record that verdict.ts does not know: ${JSON.stringify(record)}`);
}
