/** Pseudo-variables (`$fU`, `$hdr(X)`) of a message, with Kamailio's names. What the prelude cannot answer by itself. */
import type { Selection } from "../dispatch/selection.ts";
import { HeaderId } from "../sip/header-name.ts";
import { type NameAddr, splitValues } from "../sip/name-addr.ts";
import { effectivePort, parseUri, type SipUri, uriParam } from "../sip/uri.ts";
import type { MessageView } from "./view.ts";

export type PvValue = string | number | undefined;

/** What a script may have changed already. */
export interface PvContext {
  readonly view: MessageView;
  readonly requestUri: string;
  /** Empty: none. */
  readonly destinationUri: string;
  readonly selection: Selection | undefined;
}

type Reader = (context: PvContext) => PvValue;

const uriPart = (uri: string | undefined, part: (parsed: SipUri) => PvValue): PvValue => {
  const parsed = uri === undefined ? undefined : parseUri(uri);
  return parsed === undefined ? undefined : part(parsed);
};
const ifAny = (text: string): string | undefined => (text === "" ? undefined : text);
const transport = (uri: SipUri): string => (uriParam(uri, "transport") ?? "UDP").toUpperCase();
const original = ({ view }: PvContext): string | undefined =>
  view.message.kind === "request" ? view.message.requestUri : undefined;
const displayName = (address: NameAddr | undefined): PvValue =>
  address && ifAny(address.displayName.replace(/^"(.*)"$/s, "$1"));

/** Ports are texts, as in Kamailio. */
const READERS: Readonly<Record<string, Reader>> = {
  $ru: (c) => ifAny(c.requestUri),
  $rU: (c) => uriPart(c.requestUri, (uri) => uri.user),
  $rd: (c) => uriPart(c.requestUri, (uri) => uri.host),
  $rp: (c) => uriPart(c.requestUri, (uri) => `${effectivePort(uri)}`),
  $rP: (c) => uriPart(c.requestUri, transport),
  $du: (c) => ifAny(c.destinationUri),
  $dd: (c) => uriPart(c.destinationUri, (uri) => uri.host),
  $dp: (c) => uriPart(c.destinationUri, (uri) => `${effectivePort(uri)}`),
  $dP: (c) => uriPart(c.destinationUri, transport),
  $ou: original,
  $oU: (c) => uriPart(original(c), (uri) => uri.user),
  $od: (c) => uriPart(original(c), (uri) => uri.host),
  $fu: (c) => c.view.message.from?.uri,
  $fU: (c) => uriPart(c.view.message.from?.uri, (uri) => uri.user),
  $fd: (c) => uriPart(c.view.message.from?.uri, (uri) => uri.host),
  $ft: (c) => c.view.message.from?.tag,
  $fn: (c) => displayName(c.view.message.from),
  $tu: (c) => c.view.message.to?.uri,
  $tU: (c) => uriPart(c.view.message.to?.uri, (uri) => uri.user),
  $td: (c) => uriPart(c.view.message.to?.uri, (uri) => uri.host),
  $tt: (c) => c.view.message.to?.tag,
  $tn: (c) => displayName(c.view.message.to),
  $ci: (c) => c.view.message.callId,
  $cs: (c) => c.view.message.cseq && `${c.view.message.cseq.number}`,
  $rm: (c) => (c.view.message.kind === "request" ? c.view.message.method : c.view.message.cseq?.method),
  $rs: (c) => (c.view.message.kind === "response" ? c.view.message.status : undefined),
  $rr: (c) => (c.view.message.kind === "response" ? c.view.message.reason : undefined),
  $si: (c) => c.view.sourceIp,
  $sp: (c) => c.view.sourcePort,
  $Ri: (c) => c.view.receivedIp,
  $Rp: (c) => c.view.receivedPort,
  $pr: (c) => c.view.protocol,
  $proto: (c) => c.view.protocol,
  $ua: (c) => c.view.message.first(HeaderId.USER_AGENT),
  $ct: (c) => c.view.message.first(HeaderId.CONTACT),
  $cT: (c) => c.view.message.first(HeaderId.CONTENT_TYPE),
  $rb: (c) => ifAny(c.view.message.body),
  $ml: (c) => c.view.message.text.length,
};

/** A map: names come from scripts, and an object has `constructor` too. */
const READER_OF = new Map(Object.entries(READERS));

export const PV_NAMES: readonly string[] = [...READER_OF.keys()];

/** `$hdr(Name)`: its first value. `$xavp(_dsdst_=>uri)`: of the destination that was selected last. */
const WITH_ARGUMENT = /^\$(hdr|xavp)\(([^()]+)\)$/;

/** Undefined: the message has none. Throws for a name that there is not. */
export function readPv(name: string, context: PvContext): PvValue {
  const reader = READER_OF.get(name);
  if (reader !== undefined) return reader(context);
  const match = WITH_ARGUMENT.exec(name);
  if (match?.[1] === "hdr") return headerValue(match[2] as string, context);
  if (match?.[1] === "xavp") return selectionField(match[2] as string, context.selection);
  throw new TypeError(
    `there is no pseudo-variable ${name}; known are ${PV_NAMES.join(" ")} $hdr(Name) $var(name) $xavp(_dsdst_=>uri)`,
  );
}

function headerValue(name: string, { view }: PvContext): PvValue {
  const line = view.message.linesNamed(name.trim())[0];
  return line === undefined ? undefined : view.message.value(line);
}

function selectionField(path: string, selection: Selection | undefined): PvValue {
  const match = /^_dsdst_(?:\[0\])?=>(\w+)$/.exec(path.replaceAll(" ", ""));
  const destination = selection?.destination;
  switch (match?.[1]) {
    case "uri":
      return destination?.uri;
    case "grp":
      return destination?.set;
    case "attrs":
      return destination && ifAny(destination.attrsText);
    case "dstid":
      return selection?.counted ? destination?.duid : undefined;
    case "socket":
      return destination && ifAny(destination.socket);
  }
  throw new TypeError(`there is no $xavp(${path}); known are _dsdst_=>uri, grp, attrs, dstid and socket`);
}

/** All values of a header, comma-joined ones apart where the header is a list of addresses. */
export function headerValues(name: string, { view }: PvContext): string[] {
  const { message } = view;
  return message.linesNamed(name.trim()).flatMap((line) => {
    if (line.id !== HeaderId.ROUTE && line.id !== HeaderId.RECORD_ROUTE && line.id !== HeaderId.CONTACT) {
      return [message.value(line)];
    }
    return splitValues(message.text, line.valueStart, line.valueEnd).map(({ start, end }) =>
      message.text.slice(start, end).trim(),
    );
  });
}

/** Pseudo-variables in a text replaced by their values, for `hash_pvar`; one without a value is `<null>`, as in Kamailio. */
export function expandPvs(text: string, context: PvContext): string {
  return text.replace(/\$\$|\$([A-Za-z]+)(\([^()]*\))?/g, (found, name, argument) =>
    found === "$$" ? "$" : `${readPv(`$${name}${argument ?? ""}`, context) ?? "<null>"}`,
  );
}
