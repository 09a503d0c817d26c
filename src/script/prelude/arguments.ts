/** Checks of what a script hands to a built-in. A wrong argument is a TypeError that names function and parameter. */

function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}

export function refuse(call: string, parameter: string, expected: string, value: unknown): never {
  const got = value === undefined ? "nothing" : shown(value);
  throw new TypeError(`${call}(): ${parameter} must be ${expected}, got ${got}`);
}

/**
 * What has been checked before, since a script hands over the same literals for every message, and QuickJS takes as
 * long for one regular expression as for the rest of a built-in. Emptied when a script makes up ever new texts.
 */
const MAX_CHECKED = 256;
const checkedLines = new Set<string>();
const checkedNumbers = new Map<string, number>();

/** An integer, or a text of digits, as Kamailio's quoted numbers are. */
export function integer(
  call: string,
  parameter: string,
  value: unknown,
  least: number,
  most: number,
): number {
  const number = typeof value === "string" ? numberOf(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < least || number > most) {
    refuse(call, parameter, `an integer from ${least} to ${most}`, value);
  }
  return number;
}

/** NaN for a text that is not digits. */
function numberOf(digits: string): number {
  let number = checkedNumbers.get(digits);
  if (number === undefined) {
    number = /^-?\d+$/.test(digits) ? +digits : Number.NaN;
    if (checkedNumbers.size >= MAX_CHECKED) checkedNumbers.clear();
    checkedNumbers.set(digits, number);
  }
  return number;
}

export function text(call: string, parameter: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return refuse(call, parameter, "a text", value);
}

/** A text that goes into a line of a message: no line ends or other control characters. */
export function lineText(call: string, parameter: string, value: unknown): string {
  const line = text(call, parameter, value);
  if (checkedLines.has(line)) return line;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it must find
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) {
    refuse(call, parameter, "a text without line ends and control characters", value);
  }
  if (checkedLines.size >= MAX_CHECKED) checkedLines.clear();
  checkedLines.add(line);
  return line;
}

/** A number, or a name, of an algorithm; as a text. */
export function algorithm(call: string, parameter: string, value: unknown): string {
  if (typeof value === "number" && Number.isInteger(value)) return `${value}`;
  if (typeof value !== "string" || value === "")
    refuse(call, parameter, "the number or the name of an algorithm", value);
  return value;
}

/** `Name: value`, one or more lines, each with its line end or the last one without. Returns them with CRLF. */
export function headerLines(call: string, parameter: string, value: unknown): string {
  const lines = text(call, parameter, value)
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);
  for (const line of lines) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it must find
    if (!/^[A-Za-z0-9.!%*_+`'~-]+[ \t]*:[^\x00-\x08\x0a-\x1f\x7f]*$/.test(line)) {
      refuse(call, parameter, 'header lines such as "Name: value\\r\\n"', value);
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}
