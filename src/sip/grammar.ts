/** Characters and small scans of RFC 3261 section 25 that several header grammars share. All linear. */

const SP = 0x20;
const HT = 0x09;
const CR = 0x0d;
const LF = 0x0a;

/** Blank within a header value: space and tab, and CR and LF, which only stand there as part of a fold. */
export function isBlank(code: number): boolean {
  return code === SP || code === HT || code === CR || code === LF;
}

export function skipBlanks(text: string, pos: number, end: number): number {
  while (pos < end && isBlank(text.charCodeAt(pos))) pos++;
  return pos;
}

/** The end of [start, end) without the blanks before it. */
export function trimEnd(text: string, start: number, end: number): number {
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

const TOKEN = new Uint8Array(256);
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~") {
  TOKEN[c.charCodeAt(0)] = 1;
}

export function isTokenCode(code: number): boolean {
  return code < 256 && TOKEN[code] === 1;
}

/** [start, end) is a token (25.1) and nothing else, at least one character. */
export function isTokenAt(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isTokenCode(text.charCodeAt(i))) return false;
  return start < end;
}

export function isToken(text: string): boolean {
  return isTokenAt(text, 0, text.length);
}

/**
 * The index behind the quoted string that begins at `pos` (which holds a quote), or -1 when it does not end before
 * `end`. A backslash takes the next character with it.
 */
export function skipQuoted(text: string, pos: number, end: number): number {
  for (let i = pos + 1; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) i++;
  }
  return -1;
}

/** Digits only, at most `max`; otherwise undefined. Never a sign, a fraction or an exponent. */
export function parseDigits(text: string, max: number): number | undefined {
  if (text.length === 0 || text.length > 20) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value <= max ? value : undefined;
}

/**
 * Folds (25.1, LWS) become one space each. Most values have none and are returned as they are. No regular expression:
 * one that takes the blanks before the line end along looks at a long run of blanks once from each of them.
 */
export function unfold(value: string): string {
  let newline = value.indexOf("\n");
  if (newline < 0) return value;
  let out = "";
  let from = 0;
  while (newline >= 0) {
    out += `${value.slice(from, trimEnd(value, from, newline))} `;
    from = skipBlanks(value, newline + 1, value.length);
    newline = value.indexOf("\n", from);
  }
  return out + value.slice(from);
}

/** Does ASCII text match, without regard to case? `lower` is in lower case. */
export function equalsIgnoreCase(text: string, lower: string): boolean {
  return text.length === lower.length && (text === lower || text.toLowerCase() === lower);
}
