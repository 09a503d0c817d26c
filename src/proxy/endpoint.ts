/** Where the URI of a destination leads, as `ds_is_from_list` compares it with the source of a message. */
import { isIP } from "node:net";
import type { Endpoint } from "../dispatch/destination.ts";
import { bareHost, parseUri, uriParam } from "../sip/uri.ts";

/** Undefined for what is no SIP URI. `addresses`: what its host resolved to; a numeric host needs none. */
export function endpointOf(uri: string, addresses: readonly string[] = []): Endpoint | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined) return undefined;
  const host = bareHost(parsed.host);
  const protocol = uriParam(parsed, "transport")?.toLowerCase() ?? (parsed.scheme === "sips" ? "tcp" : "udp");
  return {
    host: parsed.host,
    port: parsed.port ?? 0,
    protocol,
    addresses: isIP(host) !== 0 ? [host] : addresses,
  };
}
