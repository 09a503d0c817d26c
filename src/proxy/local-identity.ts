/** Which addresses are this proxy's: for Via, Record-Route, and to tell whether a URI means us. */
import { bareHost, effectivePort, type SipUri } from "../sip/uri.ts";

export interface ListenerAddress {
  readonly protocol: "udp";
  /** IP address that is bound, without brackets. */
  readonly host: string;
  readonly port: number;
  /** What others are told instead. */
  readonly advertise?: { readonly host: string; readonly port: number } | undefined;
}

export interface LocalListener extends ListenerAddress {
  readonly index: number;
  readonly family: 4 | 6;
  /** `Via: SIP/2.0/UDP host:port;branch=`, to which a branch is added. */
  readonly viaPrefix: string;
  /** `sip:host:port`, for Record-Route. */
  readonly uri: string;
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

export class LocalIdentity {
  readonly listeners: readonly LocalListener[];
  /** `host:port` of all addresses, bound and advertised, to the listener. */
  readonly #byAddress = new Map<string, LocalListener>();
  readonly #aliases: ReadonlySet<string>;

  /** `aliases`: host names that count as ours at any port of a listener. */
  constructor(addresses: readonly ListenerAddress[], aliases: readonly string[] = []) {
    this.listeners = addresses.map((address, index) => {
      const { host, port } = address.advertise ?? address;
      const hostport = `${bracketed(host)}:${port}`;
      return {
        ...address,
        index,
        family: address.host.includes(":") ? 6 : 4,
        viaPrefix: `Via: SIP/2.0/UDP ${hostport};branch=`,
        uri: `sip:${hostport}`,
      };
    });
    for (const listener of this.listeners) {
      this.#byAddress.set(`${bareHost(listener.host)}:${listener.port}`, listener);
      if (listener.advertise) {
        this.#byAddress.set(`${bareHost(listener.advertise.host)}:${listener.advertise.port}`, listener);
      }
    }
    this.#aliases = new Set(aliases.map((alias) => alias.toLowerCase()));
  }

  /** The listener that is known by this host (with or without brackets) and port. */
  find(host: string, port: number): LocalListener | undefined {
    const bare = bareHost(host);
    const found = this.#byAddress.get(`${bare}:${port}`);
    if (found !== undefined || !this.#aliases.has(bare)) return found;
    return this.listeners.find((listener) => (listener.advertise ?? listener).port === port);
  }

  findUri(uri: SipUri): LocalListener | undefined {
    return this.find(uri.host, effectivePort(uri));
  }

  /** The listener to send from: the preferred one if it can reach that family, else the first that can. */
  outgoing(preferred: LocalListener, address: string): LocalListener | undefined {
    const family = address.includes(":") ? 6 : 4;
    if (preferred.family === family) return preferred;
    return this.listeners.find((listener) => listener.family === family);
  }

  /** `udp:127.0.0.1:5060`, as the attribute `socket` of a destination names one. */
  findSocket(text: string): LocalListener | undefined {
    const match = /^(?:udp:)?(\[[^\]]+\]|[^:]+):(\d+)$/i.exec(text);
    return match ? this.find(match[1] as string, Number(match[2])) : undefined;
  }
}
