/** A destination: one line of the list, which never changes, and a link to its state, which does. */
import type { Candidate } from "./algorithm.ts";
import { NO_PING, NO_RESOLVE } from "./flags.ts";
import type { ListEntry } from "./list.ts";
import type { DestinationState } from "./state.ts";
import { destinationId } from "./state.ts";

/** Where a destination's URI leads, found out by whoever loads the list: dispatch knows no URIs and no DNS. */
export interface Endpoint {
  /** As written in the URI. */
  readonly host: string;
  /** As written in the URI; 0 when it names none. */
  readonly port: number;
  /** In lower case: `udp`, `tcp`, `tls` ...; empty when the URI leaves it open. */
  readonly protocol: string;
  /** IP addresses, in the form in which Node writes remote addresses. Empty when not resolved. */
  readonly addresses: readonly string[];
}

const UNKNOWN: Endpoint = Object.freeze({ host: "", port: 0, protocol: "", addresses: Object.freeze([]) });

export class Destination implements Candidate {
  readonly id: string;
  readonly set: number;
  readonly uri: string;
  readonly priority: number;
  readonly weight: number;
  readonly rweight: number;
  readonly maxload: number;
  readonly duid: string;
  readonly attrs: ReadonlyMap<string, string>;
  /** The attributes as the line has them; empty when it has none. */
  readonly attrsText: string;
  /** Attribute `socket`: the local address to send from, `udp:10.0.0.1:5060`; empty when the list gives none. */
  readonly socket: string;
  /** Attribute `sockname`: the name of the listener to send from, which wins over `socket`. */
  readonly sockname: string;
  readonly endpoint: Endpoint;
  readonly state: DestinationState;
  /** The flags that belong to the line and not to the state. */
  readonly #lineFlags: number;

  constructor(entry: ListEntry, state: DestinationState, endpoint: Endpoint = UNKNOWN) {
    const { attrs } = entry;
    this.id = destinationId(entry.set, entry.uri);
    this.set = entry.set;
    this.uri = entry.uri;
    this.priority = entry.priority;
    this.weight = Number(attrs.get("weight") ?? 0);
    this.rweight = Number(attrs.get("rweight") ?? 0);
    this.maxload = Number(attrs.get("maxload") ?? 0);
    this.duid = attrs.get("duid") ?? "";
    this.attrs = attrs;
    this.attrsText = entry.attrsText;
    this.socket = attrs.get("socket") ?? "";
    this.sockname = attrs.get("sockname") ?? "";
    this.endpoint = endpoint;
    this.state = state;
    this.#lineFlags = entry.flags & (NO_RESOLVE | NO_PING);
    Object.freeze(this);
  }

  get usable(): boolean {
    return this.state.usable;
  }

  get calls(): number {
    return this.state.calls;
  }

  get flags(): number {
    return this.state.flags | this.#lineFlags;
  }

  /** Whether it takes one more call. */
  get hasRoom(): boolean {
    return this.maxload === 0 || this.state.calls < this.maxload;
  }
}

/** Highest priority first. Equal priorities as the lines come, or in Kamailio's way: the last line first. */
export function inOrder(lines: readonly Destination[], ties: "file" | "kamailio"): Destination[] {
  const ordered = ties === "file" ? [...lines] : [...lines].reverse();
  return ordered.sort((a, b) => b.priority - a.priority);
}
