/**
 * Header field names (RFC 3261 7.3, 20): the ones that the proxy or a script compares by meaning, with their compact
 * forms. A name that is not here keeps id OTHER and is compared as text, without regard to case.
 */

export const HeaderId = {
  OTHER: 0,
  VIA: 1,
  FROM: 2,
  TO: 3,
  CALL_ID: 4,
  CSEQ: 5,
  CONTACT: 6,
  MAX_FORWARDS: 7,
  ROUTE: 8,
  RECORD_ROUTE: 9,
  CONTENT_LENGTH: 10,
  CONTENT_TYPE: 11,
  PROXY_REQUIRE: 12,
  REQUIRE: 13,
  AUTHORIZATION: 14,
  PROXY_AUTHORIZATION: 15,
  USER_AGENT: 16,
  SUPPORTED: 17,
  SUBJECT: 18,
  CONTENT_ENCODING: 19,
  EVENT: 20,
  ALLOW_EVENTS: 21,
  REFER_TO: 22,
  REFERRED_BY: 23,
  SESSION_EXPIRES: 24,
  TIMESTAMP: 25,
  EXPIRES: 26,
  MIN_EXPIRES: 27,
  DATE: 28,
} as const;
export type HeaderId = (typeof HeaderId)[keyof typeof HeaderId];

/** Canonical spelling and compact form (RFC 3261 7.3.3, RFC 6665, 3515, 3892, 4028), in the order of the ids. */
const NAMES: readonly (readonly [HeaderId, string, string?])[] = [
  [HeaderId.VIA, "Via", "v"],
  [HeaderId.FROM, "From", "f"],
  [HeaderId.TO, "To", "t"],
  [HeaderId.CALL_ID, "Call-ID", "i"],
  [HeaderId.CSEQ, "CSeq"],
  [HeaderId.CONTACT, "Contact", "m"],
  [HeaderId.MAX_FORWARDS, "Max-Forwards"],
  [HeaderId.ROUTE, "Route"],
  [HeaderId.RECORD_ROUTE, "Record-Route"],
  [HeaderId.CONTENT_LENGTH, "Content-Length", "l"],
  [HeaderId.CONTENT_TYPE, "Content-Type", "c"],
  [HeaderId.PROXY_REQUIRE, "Proxy-Require"],
  [HeaderId.REQUIRE, "Require"],
  [HeaderId.AUTHORIZATION, "Authorization"],
  [HeaderId.PROXY_AUTHORIZATION, "Proxy-Authorization"],
  [HeaderId.USER_AGENT, "User-Agent"],
  [HeaderId.SUPPORTED, "Supported", "k"],
  [HeaderId.SUBJECT, "Subject", "s"],
  [HeaderId.CONTENT_ENCODING, "Content-Encoding", "e"],
  [HeaderId.EVENT, "Event", "o"],
  [HeaderId.ALLOW_EVENTS, "Allow-Events", "u"],
  [HeaderId.REFER_TO, "Refer-To", "r"],
  [HeaderId.REFERRED_BY, "Referred-By", "b"],
  [HeaderId.SESSION_EXPIRES, "Session-Expires", "x"],
  [HeaderId.TIMESTAMP, "Timestamp"],
  [HeaderId.EXPIRES, "Expires"],
  [HeaderId.MIN_EXPIRES, "Min-Expires"],
  [HeaderId.DATE, "Date"],
];

interface Spelling {
  readonly id: HeaderId;
  readonly canonical: string;
  readonly lower: string;
}

/** A name's first letter and length all but identify it, so that the common case costs one comparison. */
function bucketOf(firstCode: number, length: number): number {
  return ((firstCode & 0x1f) << 5) | (length & 0x1f);
}

const buckets: Spelling[][] = [];
for (const [id, canonical, compact] of NAMES) {
  for (const name of compact === undefined ? [canonical] : [canonical, compact]) {
    const bucket = bucketOf(name.charCodeAt(0), name.length);
    const spellings = buckets[bucket] ?? [];
    spellings.push({ id, canonical: name, lower: name.toLowerCase() });
    buckets[bucket] = spellings;
  }
}

/** The id of the name at [start, end) of `text`; compact forms have the id of the long one. */
export function headerIdAt(text: string, start: number, end: number): HeaderId {
  const spellings = buckets[bucketOf(text.charCodeAt(start), end - start)];
  if (spellings === undefined) return HeaderId.OTHER;
  for (const spelling of spellings) {
    if (spelling.lower.length !== end - start) continue;
    if (text.startsWith(spelling.canonical, start)) return spelling.id;
    if (text.slice(start, end).toLowerCase() === spelling.lower) return spelling.id;
  }
  return HeaderId.OTHER;
}

export function headerIdOf(name: string): HeaderId {
  return headerIdAt(name, 0, name.length);
}
