import { describe, expect, it } from "vitest";
import { defineAlgorithm } from "../../src/dispatch/algorithm.ts";
import { CallLoad } from "../../src/dispatch/call-load.ts";
import { DestinationState } from "../../src/dispatch/state.ts";
import { benchOf, inputOf } from "../support/dispatch.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

describe("CallLoad", () => {
  const setUp = (ds_hash_expire = 100, ds_hash_initexpire = 10) => {
    const clock = new VirtualClock();
    return {
      clock,
      state: new DestinationState(),
      load: new CallLoad(clock, { ds_hash_expire, ds_hash_initexpire }),
    };
  };

  it("counts a Call-ID once", () => {
    const { state, load } = setUp();
    expect([load.add("c", state), load.add("c", state), state.calls]).toEqual([true, false, 1]);
    expect([load.remove("c"), load.remove("c"), state.calls]).toEqual([true, false, 0]);
  });

  it("never counts below zero", () => {
    const { state, load } = setUp();
    load.add("c", state);
    state.calls = 0;
    load.remove("c");
    expect(state.calls).toBe(0);
  });

  it.each([
    ["unconfirmed, in time", false, 10_000, 1],
    ["unconfirmed, too late", false, 10_001, 0],
    ["confirmed, in time", true, 100_000, 1],
    ["confirmed, too late", true, 100_001, 0],
  ])("expires: %s", (_name, confirmed, ms, calls) => {
    const { clock, state, load } = setUp();
    load.add("c", state);
    if (confirmed) load.confirm("c");
    clock.advance(ms);
    expect([load.sweep(), state.calls, load.size]).toEqual([1 - calls, calls, calls]);
  });

  it("expires an unconfirmed call by whichever time is shorter, and confirming does not prolong from then", () => {
    const { clock, state, load } = setUp(5, 100);
    load.add("old", state);
    clock.advance(4000);
    load.confirm("old");
    load.add("new", state);
    clock.advance(1001);
    expect([load.sweep(), load.size]).toEqual([1, 1]);
    clock.advance(4000);
    expect(load.sweep()).toBe(1);
  });

  it("a move begins the call anew", () => {
    const { clock, state, load } = setUp();
    const other = new DestinationState();
    load.add("c", state);
    load.confirm("c");
    clock.advance(9000);
    load.move("c", other);
    expect([state.calls, other.calls]).toEqual([0, 1]);
    clock.advance(9000);
    expect(load.sweep()).toBe(0);
    clock.advance(1001);
    expect([load.sweep(), other.calls]).toEqual([1, 0]);
  });
});

describe("the dispatcher counts calls", () => {
  const lines = ["1 sip:a 0 0 duid=a", "1 sip:b 0 0 duid=b", "1 sip:c"];
  const params = { ds_hash_size: 8 };
  const loads = (bench: ReturnType<typeof benchOf>) => bench.dispatcher.snapshot().map(({ calls }) => calls);

  const endings: readonly [name: string, method: string, isReply: boolean, status: number, ends: boolean][] =
    [
      ["BYE", "BYE", false, 0, true],
      ["CANCEL", "CANCEL", false, 0, true],
      ["ACK", "ACK", false, 0, false],
      ["INVITE", "INVITE", false, 0, false],
      ["200 to INVITE", "INVITE", true, 200, false],
      ["486 to INVITE", "INVITE", true, 486, false],
      ["200 to BYE", "BYE", true, 200, false],
    ];

  it.each(endings)("loadUpdate with %s", (_name, method, isReply, status, ends) => {
    const bench = benchOf(lines, { params });
    bench.pick(10, { callId: "c1" });
    bench.dispatcher.loadUpdate(method, isReply, status, "c1");
    expect(loads(bench)).toEqual([ends ? 0 : 1, 0, 0]);
  });

  it("a 2xx confirms, and the sweep ends what is over", () => {
    const bench = benchOf(lines, {
      params: { ...params, ds_hash_initexpire: 60, ds_hash_check_interval: 30 },
    });
    bench.pick(10, { callId: "confirmed" });
    bench.pick(10, { callId: "lost" });
    bench.dispatcher.loadUpdate("INVITE", true, 200, "confirmed");
    bench.clock.advance(60_000);
    expect(loads(bench)).toEqual([1, 1, 0]);
    bench.clock.advance(30_000);
    expect(loads(bench)).toEqual([1, 0, 0]);
    expect(bench.dispatcher.counters()).toMatchObject({ dispatcher_calls: 1 });
  });

  it("close stops the sweep", () => {
    const { dispatcher, clock } = benchOf(lines);
    dispatcher.close();
    expect(clock.pending).toBe(0);
  });

  it("loadUnset ends a call, and says whether there was one", () => {
    const bench = benchOf(lines, { params });
    bench.pick(10, { callId: "c1" });
    expect([bench.dispatcher.loadUnset("c1"), bench.dispatcher.loadUnset("c1"), ...loads(bench)]).toEqual([
      true,
      false,
      0,
      0,
      0,
    ]);
  });

  it("a Call-ID that is counted already is placed, but stays where it was counted", () => {
    const bench = benchOf(lines.slice(0, 2), { params });
    bench.pick(10, { callId: "c1" });
    expect(bench.pick(10, { callId: "c1" })).toBe("b");
    expect(loads(bench)).toEqual([1, 0]);
  });

  it("failover moves the call; to one without a duid, it ends", () => {
    const bench = benchOf(lines, { params });
    const selection = bench.dispatcher.select(1, 10, inputOf({ callId: "c1" }));
    expect([selection?.destination.uri, selection?.counted]).toEqual(["sip:a", true]);
    selection?.next();
    expect(loads(bench)).toEqual([0, 1, 0]);
    selection?.next();
    expect([...loads(bench), selection?.counted]).toEqual([0, 0, 0, false]);
  });

  it("failover passes over those that are full", () => {
    const bench = benchOf(["1 sip:a 0 0 duid=a", "1 sip:b 0 0 duid=b;maxload=1", "1 sip:c 0 0 duid=c"], {
      params,
    });
    bench.pick(10, { callId: "c1" });
    bench.pick(10, { callId: "c2" });
    expect(bench.walk(10, { callId: "c3" })).toEqual(["c", "a"]);
    expect(bench.walk(10, { callId: "c4", method: "OPTIONS" })).toEqual(["a", "b", "c"]);
  });

  it("calls and counts live through reloads, also of a destination that was gone in between", () => {
    const bench = benchOf(lines, { params });
    bench.pick(10, { callId: "c1" });
    bench.reload([...lines].reverse());
    expect(bench.dispatcher.snapshot().find(({ uri }) => uri === "sip:a")?.calls).toBe(1);
    bench.reload(lines.slice(1));
    bench.reload(lines);
    expect(loads(bench)).toEqual([1, 0, 0]);
    bench.dispatcher.loadUpdate("BYE", false, 0, "c1");
    expect(loads(bench)).toEqual([0, 0, 0]);
  });

  it("a plugin's calls are counted without duid and without ds_hash_size", () => {
    const fewest = defineAlgorithm({
      name: "fewest",
      summary: "The one with the fewest calls.",
      countsCalls: true,
      createPicker() {
        let all: readonly { calls: number }[] = [];
        return {
          update(candidates) {
            all = candidates;
          },
          pick: () => all.indexOf([...all].sort((a, b) => a.calls - b.calls)[0] ?? { calls: 0 }),
        };
      },
    });
    const bench = benchOf(["1 sip:a", "1 sip:b"], { plugins: [fewest] });
    expect(["c1", "c2", "c3"].map((callId) => bench.pick("fewest", { callId }))).toEqual(["a", "b", "a"]);
    bench.dispatcher.loadUpdate("BYE", false, 0, "c1");
    bench.dispatcher.loadUpdate("BYE", false, 0, "c3");
    expect(loads(bench)).toEqual([0, 1]);
    expect(bench.pick("fewest", { callId: "c4", method: "OPTIONS" })).toBe("a");
    expect(loads(bench)).toEqual([0, 1]);
    expect(bench.warnings).toEqual([]);
  });
});
