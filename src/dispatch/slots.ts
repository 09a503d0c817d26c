/** A table of 100 slots that a cursor walks: exact shares in every 100 selections, in no order that shows. */
import type { Random } from "../support/random.ts";

export const SLOTS = 100;

/** Fisher and Yates, in place. */
export function shuffle(slots: number[], random: Random): void {
  for (let at = 0; at < slots.length; at++) {
    const other = at + random.below(slots.length - at);
    const moved = slots[other] ?? 0;
    slots[other] = slots[at] ?? 0;
    slots[at] = moved;
  }
}
