/**
 * Route information preprocessing (RFC 3261 16.4): which Route values are ours and go, and where the rest points. What
 * `loose_route()` in a script answers. Nothing is changed here; the result is applied when the request is forwarded.
 */
import type { Edits } from "../sip/edits.ts";
import { HeaderId } from "../sip/header-name.ts";
import type { HeaderLine, SipRequest } from "../sip/message.ts";
import { parseNameAddr } from "../sip/name-addr.ts";
import { parseUri, type SipUri, uriParam } from "../sip/uri.ts";
import type { LocalIdentity, LocalListener } from "./local-identity.ts";

export interface Preprocessed {
  /** 1: the Route set says where to go. -1: there is none, or it is malformed. -3: nothing but a preloaded Route of ours. */
  readonly code: 1 | -1 | -3;
  /** Undefined: stays as it is. */
  readonly requestUri: string | undefined;
  /** The next Route; undefined: the request-URI says where to go. */
  readonly destinationUri: string | undefined;
  /** The values that go. */
  readonly removed: readonly RouteValue[];
  /** The values that stay, on whichever line they stand. */
  readonly kept: readonly RouteValue[];
  /** A URI that has to stand as the last Route, because the next hop is a strict router (16.6 step 6). */
  readonly lastRoute: string | undefined;
  /** The listener to go on from: that of the second one of a pair of ours. */
  readonly outgoing: LocalListener | undefined;
}

interface RouteValue {
  readonly line: HeaderLine;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly uri: string;
}

export const NO_ROUTE: Preprocessed = {
  code: -1,
  requestUri: undefined,
  destinationUri: undefined,
  removed: [],
  kept: [],
  lastRoute: undefined,
  outgoing: undefined,
};

/** All Route values in order; undefined when one of them is malformed. */
function routeValues(request: SipRequest): RouteValue[] | undefined {
  const values: RouteValue[] = [];
  for (const line of request.lines) {
    if (line.id !== HeaderId.ROUTE) continue;
    let pos = line.valueStart;
    while (pos < line.valueEnd) {
      const parsed = parseNameAddr(request.text, pos, line.valueEnd);
      if (parsed === undefined) return undefined;
      values.push({ line, valueStart: pos, valueEnd: parsed.end, uri: parsed.uri });
      pos = parsed.end + 1;
    }
  }
  return values;
}

const isLoose = (uri: SipUri): boolean => uriParam(uri, "lr") !== undefined;

export function preprocessRoute(request: SipRequest, local: LocalIdentity): Preprocessed {
  if (request.line(HeaderId.ROUTE) === undefined) return NO_ROUTE;
  const values = routeValues(request);
  if (values === undefined || values.length === 0) return NO_ROUTE;
  const removed: RouteValue[] = [];
  let requestUri: string | undefined;

  // A strict router before us has put our Record-Route value into the request-URI: the real one is the last Route.
  const arrived = parseUri(request.requestUri);
  if (arrived !== undefined && isLoose(arrived) && local.findUri(arrived) !== undefined) {
    const last = values.pop() as RouteValue;
    if (parseUri(last.uri) === undefined) return NO_ROUTE;
    requestUri = last.uri;
    removed.push(last);
  }

  let outgoing: LocalListener | undefined;
  let own = 0;
  while (own < 2 && own < values.length) {
    const uri = parseUri((values[own] as RouteValue).uri);
    const listener = uri && local.findUri(uri);
    if (uri === undefined || listener === undefined) break;
    outgoing = listener;
    own++;
    // Only the pair that record_route() wrote is taken off together (r2); anything else is a spiral of the caller's.
    if (uriParam(uri, "r2") === undefined) break;
  }
  removed.unshift(...values.splice(0, own));

  const next = values[0];
  if (next === undefined) {
    const code = requestUri === undefined && request.to?.tag === undefined ? -3 : 1;
    return {
      code,
      requestUri,
      destinationUri: undefined,
      removed,
      kept: values,
      lastRoute: undefined,
      outgoing,
    };
  }
  const nextUri = parseUri(next.uri);
  if (nextUri === undefined) return NO_ROUTE;
  if (isLoose(nextUri)) {
    return {
      code: 1,
      requestUri,
      destinationUri: next.uri,
      removed,
      kept: values,
      lastRoute: undefined,
      outgoing,
    };
  }
  return {
    code: 1,
    requestUri: next.uri,
    destinationUri: undefined,
    removed: [...removed, next],
    kept: values.slice(1),
    lastRoute: requestUri ?? request.requestUri,
    outgoing,
  };
}

/** Takes the removed values out of the message; lines that lose none stay as they are. */
export function applyRoute(edits: Edits, text: string, route: Preprocessed): void {
  for (const line of new Set(route.removed.map((value) => value.line))) {
    // The script has taken the header away by itself.
    if (edits.isRemoved(line)) continue;
    const kept = route.kept.filter((value) => value.line === line);
    if (kept.length === 0) edits.remove(line);
    else {
      const values = kept.map((value) => text.slice(value.valueStart, value.valueEnd)).join(",");
      edits.replace(
        line,
        text.slice(line.start, line.valueStart) + values + text.slice(line.valueEnd, line.end),
      );
    }
  }
  if (route.lastRoute !== undefined) edits.append(`Route: <${route.lastRoute}>\r\n`);
}
