/** A short text that differs when a content differs: two 32-bit FNV-1a lanes. Against accidents, not against attacks. */
export function fingerprint(...texts: readonly string[]): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (const text of texts) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit ^ (a >>> 15), 0x85ebca6b);
    }
    // The end of a text counts, so that ("ab", "c") is not ("a", "bc").
    a = Math.imul(a ^ 0x10000, 0x01000193);
    b = Math.imul(b ^ text.length, 0x85ebca6b);
  }
  b ^= b >>> 13;
  return hex(a) + hex(b);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
