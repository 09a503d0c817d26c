/** CSeq (RFC 3261 20.16): sequence number, below 2^31 for requests that keep the rule, and method. */
import { isToken, parseDigits } from "./grammar.ts";

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

export function parseCSeq(value: string): CSeq | undefined {
  const blank = value.search(/[ \t]/);
  if (blank <= 0) return undefined;
  const number = parseDigits(value.slice(0, blank), 0x7fffffff);
  const method = value.slice(blank + 1).trimStart();
  return number === undefined || !isToken(method) ? undefined : { number, method };
}
