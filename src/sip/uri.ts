/** SIP and SIPS URIs (RFC 3261 19.1): scheme, user, host, port, parameters, headers, as written. */
import { parseDigits } from "./grammar.ts";
import { paramValue } from "./params.ts";

export interface SipUri {
  readonly scheme: "sip" | "sips";
  /** As written, escapes included and without the password; undefined when there is no `@`. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** As written; an IPv6 literal keeps its brackets. */
  readonly host: string;
  /** As written; undefined when there is none. */
  readonly portText: string | undefined;
  readonly port: number | undefined;
  /** From the first `;` on, or empty. */
  readonly params: string;
  /** From the `?` on, or empty. */
  readonly headers: string;
}

const HOSTNAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?$/;
const IPV6 = /^\[[0-9A-Fa-f:.]+\]$/;
/** A blank, a control character, a quote or an angle bracket is in no URI (25.1). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it must find
const FORBIDDEN = /[\x00-\x20\x7f"<>]/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** The scheme of any URI in lower case, or undefined where there is none. */
export function schemeOf(uri: string): string | undefined {
  const colon = uri.indexOf(":");
  if (colon <= 0) return undefined;
  const scheme = uri.slice(0, colon);
  return /^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme) ? scheme.toLowerCase() : undefined;
}

/** Parses `uri`, or says with undefined that it is no SIP or SIPS URI. */
export function parseUri(uri: string): SipUri | undefined {
  const colon = uri.indexOf(":");
  const scheme = uri.slice(0, colon).toLowerCase();
  if (scheme !== "sip" && scheme !== "sips") return undefined;
  if (FORBIDDEN.test(uri)) return undefined;
  const at = uri.indexOf("@", colon + 1);
  let user: string | undefined;
  let password: string | undefined;
  let pos = colon + 1;
  if (at >= 0) {
    const userInfo = uri.slice(pos, at);
    const passwordAt = userInfo.indexOf(":");
    user = passwordAt < 0 ? userInfo : userInfo.slice(0, passwordAt);
    password = passwordAt < 0 ? undefined : userInfo.slice(passwordAt + 1);
    if (user === "" || BAD_ESCAPE.test(userInfo)) return undefined;
    pos = at + 1;
  }
  const question = uri.indexOf("?", pos);
  const headersAt = question < 0 ? uri.length : question;
  const semicolon = uri.indexOf(";", pos);
  const paramsAt = semicolon < 0 || semicolon > headersAt ? headersAt : semicolon;
  const hostport = uri.slice(pos, paramsAt);
  const portAt = hostport.startsWith("[")
    ? hostport.indexOf(":", hostport.indexOf("]"))
    : hostport.indexOf(":");
  const host = portAt < 0 ? hostport : hostport.slice(0, portAt);
  if (!(host.startsWith("[") ? IPV6.test(host) : HOSTNAME.test(host))) return undefined;
  let portText: string | undefined;
  let port: number | undefined;
  if (portAt >= 0) {
    portText = hostport.slice(portAt + 1);
    port = parseDigits(portText, 65535);
    if (port === undefined || port === 0) return undefined;
  }
  const params = uri.slice(paramsAt, headersAt);
  return { scheme, user, password, host, portText, port, params, headers: uri.slice(headersAt) };
}

/** A URI parameter's value, empty for one without a value, undefined for one that is not there. */
export function uriParam(uri: SipUri, lowerName: string): string | undefined {
  return uri.params === "" ? undefined : paramValue(uri.params, lowerName);
}

/** The port that is meant: as written, else 5060, or 5061 for sips and TLS (19.1.2). */
export function effectivePort(uri: SipUri): number {
  return (
    uri.port ?? (uri.scheme === "sips" || uriParam(uri, "transport")?.toLowerCase() === "tls" ? 5061 : 5060)
  );
}

/** The host without the brackets of an IPv6 literal, in lower case. */
export function bareHost(host: string): string {
  return (host.startsWith("[") ? host.slice(1, -1) : host).toLowerCase();
}

/** The same URI with other parts; undefined removes a part. */
export function formatUri(uri: Omit<SipUri, "port">): string {
  const password = uri.password === undefined ? "" : `:${uri.password}`;
  const userInfo = uri.user === undefined ? "" : `${uri.user}${password}@`;
  const port = uri.portText === undefined ? "" : `:${uri.portText}`;
  return `${uri.scheme}:${userInfo}${uri.host}${port}${uri.params}${uri.headers}`;
}
