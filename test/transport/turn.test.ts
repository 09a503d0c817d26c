import { describe, expect, it } from "vitest";
import { Turn } from "../../src/transport/turn.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs `turns` turns of 5 ms that read `each` datagrams; the naps that were taken. */
async function napsAfter(turns: number, each: number): Promise<number> {
  const clock = new VirtualClock();
  let naps = 0;
  const turn = new Turn(clock, () => naps++);
  for (let n = 0; n < turns; n++) {
    for (let i = 0; i < each; i++) turn.received();
    clock.advance(5);
    await endOfTurn();
  }
  return naps;
}

describe("a turn", () => {
  it("sends at its end, each listener once, in the order in which they asked", async () => {
    const sent: string[] = [];
    const turn = new Turn(new VirtualClock());
    turn.received();
    turn.atEnd(() => sent.push("a"));
    turn.atEnd(() => sent.push("b"));
    expect(sent).toEqual([]);
    await endOfTurn();
    expect(sent).toEqual(["a", "b"]);
    await endOfTurn();
    expect(sent).toEqual(["a", "b"]);
  });

  // Turns of 5 ms: 2 datagrams each are 400 a second, 14 are 2,800, 20 are 4,000.
  it.each([
    ["quiet", 2],
    ["below the rate", 14],
    ["above the rate, but with full turns", 20],
  ])("does not nap: %s", async (_name, each) => {
    expect(await napsAfter(40, each)).toBe(0);
  });

  it("naps behind small turns while more than 3,000 datagrams a second arrive", async () => {
    const clock = new VirtualClock();
    let naps = 0;
    const turn = new Turn(clock, () => naps++);
    for (let n = 0; n < 100; n++) {
      for (let i = 0; i < 8; i++) turn.received();
      clock.advance(2);
      await endOfTurn();
    }
    // The first window of 50 ms is measured before the first nap.
    expect(naps).toBeGreaterThan(60);
    for (let n = 0; n < 60; n++) {
      turn.received();
      clock.advance(2);
      await endOfTurn();
    }
    const before = naps;
    turn.received();
    await endOfTurn();
    expect(naps).toBe(before);
  });
});
