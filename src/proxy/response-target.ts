/** Where a response goes, by the Via that is on top when it leaves (RFC 3261 18.2.2, RFC 3581 4). */
import { parseDigits } from "../sip/grammar.ts";
import { bareHost } from "../sip/uri.ts";
import type { Via } from "../sip/via.ts";

/** `host` is an IP address, or a name when a client wrote one into sent-by and no `received` stands beside it. */
export function responseTarget(via: Via): { readonly host: string; readonly port: number } {
  const sentByPort = via.port ?? (via.transport === "TLS" ? 5061 : 5060);
  if (via.maddr !== undefined && via.maddr !== "") return { host: bareHost(via.maddr), port: sentByPort };
  const rport = via.rport === undefined ? undefined : parseDigits(via.rport, 65535);
  return { host: bareHost(via.received || via.host), port: rport || sentByPort };
}
