/**
 * Kamailio's dispatcher hash, so that both choose the same destination for the same message. Words of four bytes,
 * big-endian, are folded and summed; each text has a tail of its own, so hash(x, y) is not the hash of x and y joined.
 */

/** Texts hold one character per byte. An absent text adds nothing; both absent is 0. Otherwise 1 to 2^32 - 1. */
export function hash(x: string | undefined, y?: string | undefined): number {
  if (x === undefined && y === undefined) return 0;
  let h = 0;
  if (x !== undefined) h = add(h, x);
  if (y !== undefined) h = add(h, y);
  h = (h + (h >>> 11) + ((h >>> 13) + (h >>> 23))) >>> 0;
  return h === 0 ? 1 : h;
}

function add(h: number, text: string): number {
  const whole = text.length & ~3;
  let at = 0;
  for (; at < whole; at += 4) {
    const v =
      (signed(text, at) << 24) +
      (signed(text, at + 1) << 16) +
      (signed(text, at + 2) << 8) +
      signed(text, at + 3);
    h = (h + (v ^ (v >>> 3))) | 0;
  }
  let v = 0;
  for (; at < text.length; at++) v = ((v << 8) + signed(text, at)) | 0;
  return (h + (v ^ (v >>> 3))) | 0;
}

/** Bytes are signed, as a C char is on x86: 0x80 and more borrow from the bytes above them. */
function signed(text: string, at: number): number {
  return (text.charCodeAt(at) << 24) >> 24;
}
