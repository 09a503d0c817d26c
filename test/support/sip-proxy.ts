/** The whole way of a message, in memory: the real pipeline, dispatcher and script sandbox between no sockets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../../src/dispatch/params.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { type ListenerAddress, LocalIdentity, type LocalListener } from "../../src/proxy/local-identity.ts";
import { compileRoute } from "../../src/script/compile.ts";
import { readPrelude } from "../../src/script/prelude-source.ts";
import { RouteProgram } from "../../src/script/program.ts";
import { compileQuickJS, instantiateQuickJS } from "../../src/script/sandbox.ts";
import type { ScriptHostEnv } from "../../src/script/script-host.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import type { Clock } from "../../src/support/clock.ts";
import { type Counters, newCounters } from "../../src/support/counters.ts";
import { lineLogger } from "../../src/support/log.ts";
import { ProblemError } from "../../src/support/problem.ts";
import { seededRandom } from "../../src/support/random.ts";
import { listOf } from "./dispatch.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface Sent {
  /** `host:port` of the listener that it left by, as it is bound. */
  readonly by: string;
  readonly text: string;
  /** `address port` that it went to. */
  readonly to: string;
}

export interface TestProxy {
  readonly sent: Sent[];
  readonly counters: Counters;
  /** Warnings and errors of the log, one line of JSON each. */
  readonly log: string[];
  readonly local: LocalIdentity;
  /** What is sent for it. `from`: `address port`; `by`: index of the listener that it comes in by. */
  receive(message: string | Buffer, from?: string, by?: number): readonly Sent[];
  close(): void;
}

export interface TestProxyOptions {
  /** Source of the route script; without one, everything goes to NEXT_HOP. */
  readonly route?: string;
  /** Lines of dispatcher.list. */
  readonly list?: readonly string[];
  /** `host:port` or `[host]:port`; one that is advertised as another: `host:port host:port`. */
  readonly listeners?: readonly string[];
  readonly aliases?: readonly string[];
  readonly clock?: Clock;
}

export const NEXT_HOP = "203.0.113.9 5070";
export const CALLER = "192.0.2.10 5060";
export const PROXY = "198.51.100.1:5060";

const TAG_SECRET = "00c0ffee";
const FORWARD_ALL = 'function request_route() { forward("sip:203.0.113.9:5070"); }';

const started: TestProxy[] = [];
let shared: { prelude: string; quickjs: WebAssembly.Module } | undefined;

export async function startProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  shared ??= { prelude: await readPrelude(), quickjs: await compileQuickJS() };
  const clock = options.clock ?? new VirtualClock();
  const local = new LocalIdentity((options.listeners ?? [PROXY]).map(listenerOf), options.aliases);
  const dispatcher = new Dispatcher({
    params: DEFAULT_DISPATCHER_PARAMS,
    clock,
    random: seededRandom(1),
    warn: () => {},
  });
  dispatcher.load(listOf(...(options.list ?? [])), []);
  const program = await loadProgram(options.route ?? FORWARD_ALL, clock, {
    dispatcher,
    flags: 0,
    hashPvar: "",
    isMyself: (uri) => local.findUri(uri) !== undefined,
    log: () => {},
  });
  const sent: Sent[] = [];
  const log: string[] = [];
  const counters = newCounters();
  const pipeline = new Pipeline(
    {
      local,
      clock,
      log: lineLogger(
        "warn",
        () => 0,
        (line) => log.push(line),
      ),
      counters,
      tagSecret: TAG_SECRET,
      send: (by, text, address, port) =>
        sent.push({ by: `${by.host}:${by.port}`, text, to: `${address} ${port}` }),
      announce: () => {},
    },
    program,
  );
  const proxy: TestProxy = {
    sent,
    counters,
    log,
    local,
    receive(message, from = CALLER, by = 0) {
      const before = sent.length;
      const [address = "", port] = from.split(" ");
      const datagram = typeof message === "string" ? Buffer.from(message, "latin1") : message;
      pipeline.receive(datagram, local.listeners[by] as LocalListener, address, Number(port));
      return sent.slice(before);
    },
    close() {
      program.dispose();
      dispatcher.close();
    },
  };
  started.push(proxy);
  return proxy;
}

/** For `afterAll`. */
export async function closeProxies(): Promise<void> {
  for (const proxy of started.splice(0)) proxy.close();
  await closeBundler();
}

function listenerOf(text: string): ListenerAddress {
  const [bound = "", advertised] = text.split(" ");
  return {
    protocol: "udp",
    ...hostPort(bound),
    ...(advertised !== undefined && { advertise: hostPort(advertised) }),
  };
}

function hostPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
}

async function loadProgram(source: string, clock: Clock, host: ScriptHostEnv): Promise<RouteProgram> {
  const { prelude, quickjs } = shared as NonNullable<typeof shared>;
  const folder = mkdtempSync(join(tmpdir(), "signalbox-proxy-"));
  try {
    const file = join(folder, "route.js");
    writeFileSync(file, source);
    const compiled = await compileRoute(file);
    if (!compiled.ok) throw new ProblemError(compiled.problems);
    const program = RouteProgram.load({
      quickjs: await instantiateQuickJS(quickjs, 16 * 1024 * 1024),
      prelude,
      route: compiled.route,
      limits: { timeMs: 1000, memoryBytes: 16 * 1024 * 1024, stackBytes: 256 * 1024 },
      clock,
      host,
      logThreshold: 40,
    });
    if (!(program instanceof RouteProgram)) throw new ProblemError([program]);
    return program;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
