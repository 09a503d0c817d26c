/**
 * Text of one message to SipRequest or SipResponse (RFC 3261 7). Never throws and takes one pass. What cannot be told
 * to be a SIP message at all is a ParseFailure; a request that can be answered but is malformed is parsed with a
 * `defect`, so that it can get its 400.
 */
import { isToken, isTokenAt, parseDigits, trimEnd } from "./grammar.ts";
import { HeaderId, headerIdAt } from "./header-name.ts";
import { type HeaderLine, type MessageLayout, SipRequest, SipResponse } from "./message.ts";

export interface ParseFailure {
  readonly kind: "failure";
  readonly reason: string;
}

/** More header lines than any sane message has; bounds the work that one datagram can cause. */
const MAX_HEADER_LINES = 500;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const VERSION = "SIP/2.0";

function failure(reason: string): ParseFailure {
  return { kind: "failure", reason };
}

/** Where the first line that is not empty begins (7.5: blank lines before the start line are ignored). */
export function skipLeadingLines(text: string): number {
  let pos = 0;
  while (pos < text.length) {
    const code = text.charCodeAt(pos);
    if (code !== CR && code !== LF) break;
    pos++;
  }
  return pos;
}

interface Head {
  readonly lines: HeaderLine[];
  readonly headEnd: number;
  readonly bodyStart: number;
  readonly defect: string | undefined;
}

/** Header lines from `pos` to the blank line. */
function scanHeaders(text: string, pos: number): Head {
  const lines: HeaderLine[] = [];
  let defect: string | undefined;
  for (;;) {
    if (pos >= text.length) {
      return {
        lines,
        headEnd: text.length,
        bodyStart: text.length,
        defect: defect ?? "No blank line after the headers",
      };
    }
    const first = text.charCodeAt(pos);
    if (first === LF) return { lines, headEnd: pos, bodyStart: pos + 1, defect };
    if (first === CR && text.charCodeAt(pos + 1) === LF)
      return { lines, headEnd: pos, bodyStart: pos + 2, defect };
    const start = pos;
    let newline = text.indexOf("\n", pos);
    // A line that begins with a blank continues the one before it (7.3.1).
    while (newline >= 0 && (text.charCodeAt(newline + 1) === 0x20 || text.charCodeAt(newline + 1) === 0x09)) {
      newline = text.indexOf("\n", newline + 1);
    }
    const end = newline < 0 ? text.length : newline + 1;
    let valueEnd = newline < 0 ? text.length : newline;
    if (valueEnd > start && text.charCodeAt(valueEnd - 1) === CR) valueEnd--;
    // Not indexOf: without a colon in the line that would search the whole message, for each line anew.
    let colon = start;
    let code = first;
    while (colon < valueEnd && code !== COLON && code !== LF) code = text.charCodeAt(++colon);
    if (colon >= valueEnd || code !== COLON || colon === start) {
      defect ??= "Header line without a name and a colon";
    } else {
      const last = text.charCodeAt(colon - 1);
      const nameEnd = last === 0x20 || last === 0x09 ? trimEnd(text, start, colon) : colon;
      const id = headerIdAt(text, start, nameEnd);
      if (id === HeaderId.OTHER && !isTokenAt(text, start, nameEnd)) defect ??= "Header name is not a token";
      lines.push({ id, start, nameEnd, valueStart: colon + 1, valueEnd, end });
      if (lines.length > MAX_HEADER_LINES) {
        return {
          lines,
          headEnd: end,
          bodyStart: text.length,
          defect: `More than ${MAX_HEADER_LINES} headers`,
        };
      }
    }
    pos = end;
  }
}

/** 18.3: bytes beyond Content-Length are discarded, fewer are an error; none given means to the end. */
function measureBody(text: string, head: Head): { bodyEnd: number; defect: string | undefined } {
  const end = text.length;
  let length: number | undefined;
  for (const line of head.lines) {
    if (line.id !== HeaderId.CONTENT_LENGTH) continue;
    const value = parseDigits(text.slice(line.valueStart, line.valueEnd).trim(), 0x7fffffff);
    if (value === undefined) return { bodyEnd: end, defect: "Content-Length is not a length" };
    if (length !== undefined && length !== value)
      return { bodyEnd: end, defect: "Two different Content-Lengths" };
    length = value;
  }
  if (length === undefined) return { bodyEnd: end, defect: undefined };
  if (head.bodyStart + length > end)
    return { bodyEnd: end, defect: "Content-Length is larger than the message" };
  return { bodyEnd: head.bodyStart + length, defect: undefined };
}

function layoutOf(
  text: string,
  start: number,
  startLineEnd: number,
  headersAt: number,
  defect: string | undefined,
): MessageLayout {
  const head = scanHeaders(text, headersAt);
  const body = measureBody(text, head);
  return {
    text,
    start,
    startLineEnd,
    lines: head.lines,
    headEnd: head.headEnd,
    bodyStart: head.bodyStart,
    bodyEnd: body.bodyEnd,
    defect: defect ?? head.defect ?? body.defect,
  };
}

export function parseMessage(text: string): SipRequest | SipResponse | ParseFailure {
  const start = skipLeadingLines(text);
  if (start === text.length) return failure("Nothing but blank lines");
  const newline = text.indexOf("\n", start);
  if (newline < 0) return failure("No line end");
  const startLineEnd = text.charCodeAt(newline - 1) === CR ? newline - 1 : newline;
  if (text.startsWith("SIP/", start)) return parseResponse(text, start, startLineEnd, newline + 1);
  return parseRequest(text, start, startLineEnd, newline + 1);
}

function parseResponse(
  text: string,
  start: number,
  startLineEnd: number,
  headersAt: number,
): SipResponse | ParseFailure {
  // SIP/2.0 SP 3DIGIT SP reason (7.2)
  const codeStart = start + VERSION.length + 1;
  if (!text.startsWith(VERSION, start) || text.charCodeAt(codeStart - 1) !== 0x20)
    return failure("Not SIP/2.0");
  const space = text.indexOf(" ", codeStart);
  const codeEnd = space < 0 || space > startLineEnd ? startLineEnd : space;
  const status = codeEnd - codeStart === 3 ? parseDigits(text.slice(codeStart, codeEnd), 699) : undefined;
  if (status === undefined || status < 100) return failure("Status code is not 100 to 699");
  const reason = text.slice(Math.min(codeEnd + 1, startLineEnd), startLineEnd);
  return new SipResponse(layoutOf(text, start, startLineEnd, headersAt, undefined), status, reason);
}

function parseRequest(
  text: string,
  start: number,
  startLineEnd: number,
  headersAt: number,
): SipRequest | ParseFailure {
  const methodEnd = text.indexOf(" ", start);
  if (methodEnd < 0 || methodEnd > startLineEnd) return failure("Start line is not a request line");
  const method = text.slice(start, methodEnd);
  if (!isToken(method)) return failure("Method is not a token");
  // The version is behind the last blank, so that a blank within the URI is found out and not taken for its end.
  const lastSpace = text.lastIndexOf(" ", startLineEnd - 1);
  let defect: string | undefined;
  if (lastSpace <= methodEnd) return failure("Request line without a version");
  const version = text.slice(lastSpace + 1, startLineEnd);
  const requestUri = text.slice(methodEnd + 1, lastSpace);
  if (version !== VERSION && version.toUpperCase() !== VERSION) {
    if (/^SIP\/\d+\.\d+$/i.test(version)) defect = VERSION_DEFECT;
    else if (/SIP\/2\.0\s*$/i.test(text.slice(start, startLineEnd))) defect = "Blank behind the request line";
    else return failure("Start line is not a request line");
  } else if (!isUriText(requestUri)) {
    defect = "Request-URI has blanks or brackets";
  }
  return new SipRequest(layoutOf(text, start, startLineEnd, headersAt, defect), method, requestUri);
}

/** No blank, control character, quote or angle bracket, which no URI holds (25.1); at least one character. */
function isUriText(uri: string): boolean {
  for (let i = 0; i < uri.length; i++) {
    const code = uri.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) return false;
  }
  return uri.length > 0;
}

/** The defect that is owed a 505 rather than a 400 (21.5.6). */
export const VERSION_DEFECT = "Version is not SIP/2.0";
