/**
 * The branch of a stateless proxy (RFC 3261 16.11): computed from the request, so that its retransmissions, its CANCEL
 * and the ACK to a negative response get the same one.
 */
import { parseDigits } from "../sip/grammar.ts";
import type { SipRequest } from "../sip/message.ts";
import { MAGIC_COOKIE, type Via } from "../sip/via.ts";
import type { LocalIdentity, LocalListener } from "./local-identity.ts";

/** Number.toString is slow for numbers beyond 31 bits: each byte's two digits are looked up. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex32(word: number): string {
  return HEX[word >>> 24]! + HEX[(word >>> 16) & 255]! + HEX[(word >>> 8) & 255]! + HEX[word & 255]!;
}

/** 64 bits of mixing over the characters (the cyrb53 construction, with both halves kept). Not for secrets. */
function hash64(text: string): string {
  let a = 0xdeadbeef | 0;
  let b = 0x41c6ce57 | 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hex32(b) + hex32(a);
}

/**
 * A client that follows RFC 3261 has made its branch unique; sent-by goes in as well, since it is half of what tells
 * transactions apart (17.2.3), and branches that are not unique by themselves do occur. For an older client the parts
 * are those of 16.11, without the To tag and the method, which its ACK and CANCEL do not share.
 */
export function statelessBranch(request: SipRequest, topVia: Via, receivedOn: LocalListener): string {
  return `${MAGIC_COOKIE}${hash64(branchSource(request, topVia))}.${receivedOn.index}`;
}

function branchSource(request: SipRequest, topVia: Via): string {
  const branch = topVia.branch;
  // The cookie alone identifies nothing (RFC 4475 3.2.1): as from an older client.
  if (branch?.startsWith(MAGIC_COOKIE) && branch.length > MAGIC_COOKIE.length)
    return `${branch}|${topVia.host}|${topVia.port ?? ""}`;
  const { from, callId, cseq, text } = request;
  const via = text.slice(topVia.start, topVia.end);
  return `${via}|${from?.tag ?? ""}|${callId ?? ""}|${cseq?.number ?? ""}|${request.requestUri}`;
}

/** The listener whose index stands at the end of a branch of ours. */
export function listenerOfBranch(
  branch: string | undefined,
  local: LocalIdentity,
): LocalListener | undefined {
  if (branch === undefined) return undefined;
  const index = parseDigits(branch.slice(branch.lastIndexOf(".") + 1), local.listeners.length);
  return index === undefined ? undefined : local.listeners[index];
}

/** The same mixing for local To tags: the same request gets the same tag each time (8.2.7). */
export function requestDigest(request: SipRequest): string {
  const via = request.topVia;
  return hash64(`${via?.branch ?? ""}|${via?.host ?? ""}|${request.callId ?? ""}|${request.from?.tag ?? ""}`);
}
