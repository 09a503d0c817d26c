/** cli/run.ts, check.ts and demo.ts with an engine of the test's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { check } from "../../src/cli/check.ts";
import { demo } from "../../src/cli/demo.ts";
import { run } from "../../src/cli/run.ts";
import { openSipPeer } from "../../src/cli/sip-peer.ts";
import type { StopSignal, Surroundings } from "../../src/cli/surroundings.ts";
import type { Config } from "../../src/config/config.ts";
import type { Engine, ReloadReport } from "../../src/control/engine-api.ts";
import { ProblemError, problem } from "../../src/support/problem.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Surroundings that keep what is written, and whose engine is `engine`. */
function makeSurroundings(engine?: Engine) {
  const written = { out: "", err: "" };
  const clock = new VirtualClock();
  const seen: Config[] = [];
  let stop: (signal: StopSignal) => void = () => {};
  const stopped = new Promise<StopSignal>((resolve) => {
    stop = resolve;
  });
  const around: Surroundings = {
    out(text) {
      written.out += text;
    },
    err(text) {
      written.err += text;
    },
    isTerminal: false,
    size: () => ({ columns: 80, rows: 24 }),
    clock,
    stopped,
    async startEngine({ config }) {
      seen.push(config);
      if (!engine) throw new ProblemError([problem("PORT_IN_USE", "udp:127.0.0.1:5060 is taken")]);
      return engine;
    },
    async checkAll(config) {
      seen.push(config);
      return [problem("LIST_BAD_LINE", "no URI", { file: config.list, line: 2 })];
    },
  };
  return { around, written, clock, stop: (signal: StopSignal) => stop(signal), seen };
}

/** Lets sockets deliver, and moves the clock, until `done` or too long. */
async function until(done: () => boolean, clock: VirtualClock): Promise<void> {
  for (let turn = 0; turn < 5000 && !done(); turn++) {
    clock.advance(2);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(done()).toBe(true);
}

describe("signalbox run", () => {
  it("reports why the start failed, and ends with 1", async () => {
    const { around, written } = makeSurroundings();
    expect(await run({ logLevel: "error" }, around)).toBe(1);
    expect(written.err).toMatch(
      /udp:127.0.0.1:5060 is taken \[PORT_IN_USE\][\s\S]*ss -lunp[\s\S]*1 problem\n$/,
    );
  });

  it("does not start with a config that is wrong", async () => {
    const file = join(folder, "signalbox.yaml");
    writeFileSync(file, "lisen: x\nlimits: { time_ms: 0 }\n");
    const { around, written, seen } = makeSurroundings();
    expect(await run({ config: file }, around)).toBe(1);
    expect(seen).toEqual([]);
    expect(written.err).toContain(`${file}:1:1: lisen is not a setting [CONFIG_UNKNOWN_KEY]`);
    expect(written.err).toContain("2 problems");
  });

  it("closes the engine at a signal, and ends with 0", async () => {
    let closed = 0;
    const { around, stop } = makeSurroundings(fakeEngine("udp:127.0.0.1:5060", async () => void closed++));
    const status = run({ logLevel: "error" }, around);
    expect(closed).toBe(0);
    stop("SIGTERM");
    expect(await status).toBe(0);
    expect(closed).toBe(1);
  });
});

describe("signalbox check", () => {
  it("reports the config and all else at once", async () => {
    const file = join(folder, "signalbox.yaml");
    writeFileSync(file, "list: my.list\nlog: { level: loud }\n");
    const { around, written } = makeSurroundings();
    expect(await check({ config: file }, around)).toBe(1);
    expect(written.err).toContain("log.level: expected one of");
    expect(written.err).toContain(`${join(folder, "my.list")}:2: no URI`);
    expect(written.err).toContain("2 problems");
  });

  it("names what it found right, and ends with 0", async () => {
    const { around, written } = makeSurroundings();
    expect(await check({ list: "a.list" }, { ...around, checkAll: async () => [] })).toBe(0);
    expect(written.out).toBe("no problems in routes/main.js, a.list, plugins\n");
  });
});

describe("signalbox demo", () => {
  it("calls through the engine, tells what happens, and ends with 0", async () => {
    const port = await freePort();
    writeFileSync(join(folder, "dispatcher.list"), `1 sip:127.0.0.1:${port}\n`);
    let tell: (report: ReloadReport) => void = () => {};
    // The listener is the endpoint itself: the calls go there without a proxy.
    const engine = {
      ...fakeEngine(`udp:127.0.0.1:${port}`),
      onReload(to: typeof tell) {
        tell = to;
      },
    };
    const { around, written, clock, stop } = makeSurroundings(engine);
    const status = demo({ port: "0", folder }, around);
    await until(() => written.out.includes("1 endpoints answer"), clock);
    await until(() => written.out.includes(`call 2 answered by sip:127.0.0.1:${port}`), clock);

    const added = await freePort();
    writeFileSync(join(folder, "dispatcher.list"), `1 sip:127.0.0.1:${port}\n1 sip:127.0.0.1:${added}\n`);
    tell({ ok: true, generation: 2, changed: ["dispatcher.list"], problems: [], tookMs: 5 });
    await until(
      () => written.out.includes("reloaded dispatcher.list: generation 2 serves after 5 ms"),
      clock,
    );

    stop("SIGINT");
    let ended: number | undefined;
    status.then((value) => {
      ended = value;
    });
    await until(() => ended !== undefined, clock);
    expect(ended).toBe(0);
    expect(written.out).toMatch(/\n\d+ calls placed, \d+ answered, 0 failed\n$/);
    expect(clock.pending).toBe(0);
  });

  it("says which port of an endpoint is taken", async () => {
    const holder = await openSipPeer({ host: "127.0.0.1", port: 0 }, () => {});
    const list = join(folder, "dispatcher.list");
    writeFileSync(list, `1 sip:127.0.0.1:${holder.port}\n`);
    const { around, written } = makeSurroundings(fakeEngine("udp:127.0.0.1:5060"));
    expect(await demo({ folder }, around)).toBe(1);
    holder.close();
    expect(written.err).toContain(`UDP port ${holder.port} of 127.0.0.1 is in use`);
    expect(written.err).toContain(`change the port in ${list}`);
  });

  it("refuses a port that is no number", async () => {
    const { around, written } = makeSurroundings();
    expect(await demo({ port: "sip", folder }, around)).toBe(2);
    expect(written.err).toBe('signalbox: demo: --port: expected a number from 0 to 65535, found "sip"\n');
  });
});

function fakeEngine(listener: string, close: () => Promise<void> = async () => {}): Engine {
  return {
    listeners: [listener],
    snapshot: async () => ({ destinations: [], counters: {} }),
    onReload() {},
    close,
  };
}

async function freePort(): Promise<number> {
  const peer = await openSipPeer({ host: "127.0.0.1", port: 0 }, () => {});
  peer.close();
  return peer.port;
}
