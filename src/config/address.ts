/** Socket addresses as the config file and the command line write them: `udp:127.0.0.1:5060`, `udp:[::1]:5060`. */
import { isIP, isIPv4, isIPv6 } from "node:net";

export interface HostPort {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface ListenAddress extends HostPort {
  readonly protocol: "udp";
}

export const DEFAULT_SIP_PORT = 5060;

/** `udp:HOST:PORT` with an IP address; port 0 asks for any free one, no port means 5060. Undefined: not of that form. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^udp:(.*)$/i.exec(text);
  if (!match) return undefined;
  const address = parseHostPort(match[1]!);
  if (!address || !isIP(address.host)) return undefined;
  return { protocol: "udp", ...address };
}

/** `HOST`, `HOST:PORT` or `[IPv6]:PORT`, where HOST is a name or an IP address. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const [, inBrackets, plain, digits] = match;
  const port = digits === undefined ? DEFAULT_SIP_PORT : Number(digits);
  if (port > 65_535) return undefined;
  if (inBrackets !== undefined) return isIPv6(inBrackets) ? { host: inBrackets, port } : undefined;
  return plain !== undefined && isHost(plain) ? { host: plain, port } : undefined;
}

/** A host name (RFC 3261 section 25.1 `hostname`) or an IPv4 address; never an IPv6 address. */
export function isHost(text: string): boolean {
  // All digits and dots has to be an address: 10.0.0.300 is a typing error, not a name.
  if (/^[\d.]+$/.test(text)) return isIPv4(text);
  return (
    text.length <= 253 &&
    /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(text)
  );
}

/** `0.0.0.0` and `::`: every address of the machine. */
export function isWildcard(host: string): boolean {
  return isIP(host) !== 0 && /^[0:.]+$/.test(host);
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** As `parseListenAddress` reads it. */
export function formatListenAddress(address: ListenAddress): string {
  return `${address.protocol}:${formatHostPort(address)}`;
}
