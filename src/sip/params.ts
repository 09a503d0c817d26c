/** Parameters: `;name` and `;name=value` (RFC 3261 25.1, generic-param), of headers and of URIs. */
import { equalsIgnoreCase, isBlank, skipBlanks, skipQuoted, trimEnd } from "./grammar.ts";

/**
 * Calls `found` for each parameter in [pos, end), where `pos` is at a semicolon or at `end`. Returns where it
 * stopped: `end`, or the index of a comma that begins the next value of the header, or -1 for text that is not
 * parameters. `value` is as written, quotes included, and undefined when there is no equals sign.
 */
export function scanParams(
  text: string,
  pos: number,
  end: number,
  found: (name: string, value: string | undefined, start: number, stop: number) => void,
): number {
  while (pos < end) {
    pos = skipBlanks(text, pos, end);
    if (pos >= end) return end;
    const code = text.charCodeAt(pos);
    if (code === 0x2c) return pos;
    if (code !== 0x3b) return -1;
    const start = pos;
    pos = skipBlanks(text, pos + 1, end);
    const nameStart = pos;
    let c = 0;
    while (pos < end) {
      c = text.charCodeAt(pos);
      if (c === 0x3d || c === 0x3b || c === 0x2c || isBlank(c)) break;
      pos++;
    }
    const name = text.slice(nameStart, pos);
    pos = skipBlanks(text, pos, end);
    let value: string | undefined;
    if (pos < end && text.charCodeAt(pos) === 0x3d) {
      pos = skipBlanks(text, pos + 1, end);
      const valueStart = pos;
      if (pos < end && text.charCodeAt(pos) === 0x22) {
        pos = skipQuoted(text, pos, end);
        if (pos < 0) return -1;
      } else {
        while (pos < end) {
          c = text.charCodeAt(pos);
          if (c === 0x3b || c === 0x2c) break;
          pos++;
        }
        pos = trimEnd(text, valueStart, pos);
      }
      value = text.slice(valueStart, pos);
    }
    if (name.length === 0) return -1;
    found(name, value, start, pos);
  }
  return end;
}

/** The value of the first parameter called `lowerName` in `params` (which begins with `;` or is empty). */
export function paramValue(params: string, lowerName: string): string | undefined {
  let result: string | undefined;
  let seen = false;
  scanParams(params, 0, params.length, (name, value) => {
    if (seen || !equalsIgnoreCase(name, lowerName)) return;
    seen = true;
    result = value ?? "";
  });
  return result;
}
