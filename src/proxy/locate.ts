/**
 * From a next-hop URI to address and port (RFC 3263, as far as one transport needs it): numeric hosts at once, names by
 * the system's resolver. What was found is kept, since a proxy meets the same few next hops again and again.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { bareHost, effectivePort, parseUri, uriParam } from "../sip/uri.ts";
import type { Clock } from "../support/clock.ts";

export interface Target {
  readonly ok: true;
  readonly protocol: "udp";
  /** IP address, without brackets. */
  readonly address: string;
  readonly port: number;
}

export interface LocateFailure {
  readonly ok: false;
  readonly reason: string;
}

/** How long an address that the resolver gave is used. It tells no TTL. */
const NAME_LIFETIME_MS = 60_000;
/** Bounds the memory that callers with ever new request-URIs can take. */
const MAX_KEPT = 10_000;
/** Names that are being resolved at one time; the same callers could have any number of them. */
const MAX_RUNNING = 1000;

interface Kept {
  readonly target: Target;
  readonly expires: number;
}

export class Locator {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<Target | LocateFailure>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The target, if no name has to be resolved first; otherwise a promise of it. Never rejects. */
  locate(uri: string): Target | LocateFailure | Promise<Target | LocateFailure> {
    const kept = this.#kept.get(uri);
    if (
      kept !== undefined &&
      (kept.expires === Number.POSITIVE_INFINITY || kept.expires > this.#clock.now())
    ) {
      return kept.target;
    }
    const parsed = parseUri(uri);
    if (parsed === undefined) return { ok: false, reason: `"${uri}" is not a SIP URI` };
    const transport = uriParam(parsed, "transport")?.toLowerCase() ?? "udp";
    if (transport !== "udp" || parsed.scheme === "sips") {
      return {
        ok: false,
        reason: `no listener for ${parsed.scheme === "sips" ? "sips" : transport} (${uri})`,
      };
    }
    const host = bareHost(uriParam(parsed, "maddr") || parsed.host);
    const port = effectivePort(parsed);
    if (isIP(host) !== 0) return this.#keep(uri, host, port, Number.POSITIVE_INFINITY);
    const running = this.#running.get(uri);
    if (running !== undefined) return running;
    if (this.#running.size >= MAX_RUNNING) return { ok: false, reason: "too many names are being resolved" };
    const resolving = this.#resolve(uri, host, port).finally(() => this.#running.delete(uri));
    this.#running.set(uri, resolving);
    return resolving;
  }

  async #resolve(uri: string, host: string, port: number): Promise<Target | LocateFailure> {
    try {
      const { address } = await lookup(host);
      return this.#keep(uri, address, port, this.#clock.now() + NAME_LIFETIME_MS);
    } catch (error) {
      return {
        ok: false,
        reason: `cannot resolve "${host}": ${(error as NodeJS.ErrnoException).code ?? error}`,
      };
    }
  }

  #keep(uri: string, address: string, port: number, expires: number): Target {
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const target: Target = { ok: true, protocol: "udp", address, port };
    this.#kept.set(uri, { target, expires });
    return target;
  }
}
