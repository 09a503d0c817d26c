/** CSeq (RFC 3261 20.16): sequence number, below 2^31 for requests that keep the rule, and method. */
import { isBlank, isToken, parseDigits, skipBlanks } from "./grammar.ts";

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

export function parseCSeq(value: string): CSeq | undefined {
  let blank = 0;
  while (blank < value.length && !isBlank(value.charCodeAt(blank))) blank++;
  const number = parseDigits(value.slice(0, blank), 0x7fffffff);
  const method = value.slice(skipBlanks(value, blank, value.length));
  return number === undefined || !isToken(method) ? undefined : { number, method };
}
