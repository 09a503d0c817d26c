/** name-addr and addr-spec with header parameters (RFC 3261 20.10, 20.20, 20.34, 20.39): From, To, Contact, Route. */
import { skipBlanks, skipQuoted, trimEnd } from "./grammar.ts";
import { scanParams } from "./params.ts";

export interface NameAddr {
  /** As written, quotes included; empty when there is none. */
  readonly displayName: string;
  /** Between the angle brackets, without blanks that should not be there (RFC 4475 3.1.2.14), or the bare addr-spec. */
  readonly uri: string;
  /** Header parameters, from the first `;` on; empty when there are none. */
  readonly params: string;
  /** Value of the header parameter `tag`. */
  readonly tag: string | undefined;
  /** Where this value ends in the text: at the comma before the next one, or at the end. */
  readonly end: number;
}

/**
 * Parses the value that begins at `pos`. Undefined when it is none: an unbalanced quote or bracket, or no URI.
 * A bare addr-spec ends at the first `;`: what follows are header parameters (20.10).
 */
export function parseNameAddr(text: string, pos: number, end: number): NameAddr | undefined {
  pos = skipBlanks(text, pos, end);
  const start = pos;
  let uriStart = -1;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code === 0x22) {
      pos = skipQuoted(text, pos, end);
      if (pos < 0) return undefined;
      continue;
    }
    if (code === 0x3c) {
      uriStart = pos + 1;
      break;
    }
    if (code === 0x3b || code === 0x2c) break;
    pos++;
  }
  let displayName = "";
  let uri: string;
  if (uriStart >= 0) {
    displayName = text.slice(start, trimEnd(text, start, pos));
    const close = text.indexOf(">", uriStart);
    if (close < 0 || close >= end) return undefined;
    const uriEnd = trimEnd(text, uriStart, close);
    uri = text.slice(skipBlanks(text, uriStart, uriEnd), uriEnd);
    pos = close + 1;
  } else {
    uri = text.slice(start, trimEnd(text, start, pos));
  }
  if (uri.length === 0 || uri.indexOf(":") <= 0) return undefined;
  let tag: string | undefined;
  const paramsStart = pos;
  const valueEnd = scanParams(text, pos, end, (name, value) => {
    if (name.length === 3 && tag === undefined && name.toLowerCase() === "tag") tag = value;
  });
  if (valueEnd < 0) return undefined;
  const params = text.slice(paramsStart, valueEnd).trim();
  return { displayName, uri, params, tag, end: valueEnd };
}

/** Where each comma-joined value of a header begins and ends; commas within quotes and brackets do not count. */
export function splitValues(text: string, pos: number, end: number): { start: number; end: number }[] {
  const values: { start: number; end: number }[] = [];
  let start = pos;
  let inBrackets = false;
  while (pos < end) {
    const code = text.charCodeAt(pos);
    if (code === 0x22 && !inBrackets) {
      const after = skipQuoted(text, pos, end);
      pos = after < 0 ? end : after;
      continue;
    }
    if (code === 0x3c) inBrackets = true;
    else if (code === 0x3e) inBrackets = false;
    else if (code === 0x2c && !inBrackets) {
      values.push({ start, end: pos });
      start = pos + 1;
    }
    pos++;
  }
  values.push({ start, end });
  return values;
}
