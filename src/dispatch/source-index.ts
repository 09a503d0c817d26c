/** `ds_is_from_list`: which destination a message came from, looked up by its source address. */
import type { Destination } from "./destination.ts";
import { NO_RESOLVE } from "./flags.ts";

/** Bits of `mode`. */
export const IGNORE_PORT = 1;
export const IGNORE_PROTOCOL = 2;
export const ONLY_ACTIVE = 4;
export const MATCH_SOCKET = 8;
/** Port, protocol and socket do not exclude: of those with the address, the one that agrees in most is the match. */
export const BEST_MATCH = 16;

export interface Source {
  /** As Node writes remote addresses. */
  readonly ip: string;
  readonly port: number;
  /** In lower case; empty when not known. */
  readonly protocol: string;
  /** The socket of ours that it arrived on, `udp:10.0.0.1:5060`, and its name if it has one. */
  readonly socket?: string | undefined;
  readonly sockname?: string | undefined;
}

export interface Match {
  readonly set: number;
  /** The attributes as the line has them; empty when it has none. */
  readonly attrs: string;
  readonly destination: Destination;
}

const ALL_AGREE = 15;

export class SourceIndex {
  readonly #byAddress = new Map<string, Destination[]>();

  /** In the order in which they are to match. A line whose host is not to be resolved never matches, as in Kamailio. */
  constructor(destinations: readonly Destination[]) {
    for (const destination of destinations) {
      if (destination.flags & NO_RESOLVE) continue;
      for (const address of destination.endpoint.addresses) {
        const others = this.#byAddress.get(address);
        if (others) others.push(destination);
        else this.#byAddress.set(address, [destination]);
      }
    }
  }

  /** `set` undefined is any. */
  find(set: number | undefined, mode: number, source: Source): Match | undefined {
    let best: Destination | undefined;
    let bestScore = 0;
    for (const destination of this.#byAddress.get(source.ip) ?? []) {
      if (set !== undefined && destination.set !== set) continue;
      if (mode & ONLY_ACTIVE && !destination.usable) continue;
      const score = agreement(destination, source);
      if ((score | forgiven(mode)) === ALL_AGREE) return toMatch(destination);
      if (!(mode & BEST_MATCH) || score <= bestScore) continue;
      best = destination;
      bestScore = score;
    }
    return best && toMatch(best);
  }
}

/** 1 for the address, 2 port, 4 protocol, 8 socket. */
function agreement({ endpoint, socket, sockname }: Destination, source: Source): number {
  const port = endpoint.port === 0 || endpoint.port === source.port ? 2 : 0;
  const protocol = endpoint.protocol === source.protocol ? 4 : 0;
  const sameSocket =
    sockname !== "" ? sockname === source.sockname : socket === "" || socket === source.socket;
  return 1 + port + protocol + (sameSocket ? 8 : 0);
}

function forgiven(mode: number): number {
  if (mode & BEST_MATCH) return 0;
  return (mode & IGNORE_PORT ? 2 : 0) + (mode & IGNORE_PROTOCOL ? 4 : 0) + (mode & MATCH_SOCKET ? 0 : 8);
}

function toMatch(destination: Destination): Match {
  return { set: destination.set, attrs: destination.attrsText, destination };
}
