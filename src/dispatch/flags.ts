/**
 * The flags of a destination: Kamailio's bits. The lower four are its state, which changes as the proxy runs; the
 * upper two say how the line is to be treated and stay as the list has them.
 */

/** Not chosen: it failed, or the list says so. */
export const INACTIVE = 1;
/** Failed, but not yet as often as `ds_probing_threshold`: may be chosen. */
export const TRYING = 2;
/** Not chosen: the administrator says so. Probing never undoes it. */
export const DISABLED = 4;
/** Is sent keep-alives. */
export const PROBING = 8;
/** Its host name is not resolved when the list is loaded. */
export const NO_RESOLVE = 16;
/** Is never sent keep-alives. */
export const NO_PING = 32;

export const SKIPPED = INACTIVE | DISABLED;
export const STATE_FLAGS = INACTIVE | TRYING | DISABLED | PROBING;
export const ALL_FLAGS = STATE_FLAGS | NO_RESOLVE | NO_PING;

/** Kamailio's two letters: A active, I inactive, T trying, D disabled; then P probing, N never pinged, X neither. */
export function formatFlags(flags: number): string {
  const state = flags & INACTIVE ? "I" : flags & DISABLED ? "D" : flags & TRYING ? "T" : "A";
  return state + (flags & PROBING ? "P" : flags & NO_PING ? "N" : "X");
}

const LETTERS: Readonly<Record<string, number>> = { i: INACTIVE, t: TRYING, d: DISABLED, p: PROBING };

/** The letters of `ds_mark_dst("ip")`, in any case; `a` takes back those before it. Undefined for any other letter. */
export function parseStateLetters(letters: string): number | undefined {
  if (letters === "") return undefined;
  let flags = 0;
  for (const letter of letters.toLowerCase()) {
    if (letter === "a") flags = 0;
    else if (Object.hasOwn(LETTERS, letter)) flags |= LETTERS[letter] ?? 0;
    else return undefined;
  }
  return flags;
}
