/** Scripts in the real sandbox, without a proxy around: what they decide, what they log, what went wrong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRoute } from "../../src/script/compile.ts";
import { readPrelude } from "../../src/script/prelude-source.ts";
import { RouteProgram, type Run } from "../../src/script/program.ts";
import { compileQuickJS, instantiateQuickJS } from "../../src/script/sandbox.ts";
import { parseMessage } from "../../src/sip/parse.ts";
import { closeBundler } from "../../src/support/bundle.ts";
import type { Clock } from "../../src/support/clock.ts";
import { type Problem, ProblemError } from "../../src/support/problem.ts";
import { benchOf } from "../support/dispatch.ts";
import { requestText } from "../support/sip-message.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

export interface RouteBench {
  readonly log: string[];
  request(message?: string): Run;
  reply(message: string): Run;
}

const LIST = ["1 sip:203.0.113.1 0 0 duid=a", "1 sip:203.0.113.2 0 0 duid=b", "2 sip:203.0.113.3"];
const programs: RouteProgram[] = [];

/** Time passes only by asking for it: a loop without an end meets its limit after the same number of steps. */
export class TickingClock extends VirtualClock {
  #asked = 0;
  override now(): number {
    return super.now() + this.#asked++;
  }
}

/** Throws a ProblemError for a script that does not load. `load` gives that problem instead. */
export async function routeBench(source: string, clock: Clock = new VirtualClock()): Promise<RouteBench> {
  const loaded = await load(source, clock);
  if ("code" in loaded) throw new ProblemError([loaded]);
  return loaded;
}

export async function load(source: string, clock: Clock = new VirtualClock()): Promise<RouteBench | Problem> {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-script-"));
  const file = join(folder, "route.js");
  writeFileSync(file, source);
  const compiled = await compileRoute(file);
  rmSync(folder, { recursive: true });
  if (!compiled.ok) throw new ProblemError(compiled.problems);
  const log: string[] = [];
  const { dispatcher } = benchOf(LIST, { params: { ds_hash_size: 9 } });
  const program = RouteProgram.load({
    quickjs: await instantiateQuickJS(await compileQuickJS(), 16 * 1024 * 1024),
    prelude: await readPrelude(),
    route: compiled.route,
    limits: { timeMs: 500, memoryBytes: 16 * 1024 * 1024, stackBytes: 256 * 1024 },
    clock,
    host: {
      dispatcher,
      flags: 0,
      hashPvar: "",
      isMyself: (uri) => uri.host === "198.51.100.1",
      log: (_level, text) => log.push(text),
    },
    logThreshold: 30,
  });
  if (!(program instanceof RouteProgram)) return program;
  programs.push(program);
  const from = { sourceIp: "192.0.2.10", sourcePort: 5060, receivedIp: "198.51.100.1", receivedPort: 5060 };
  return {
    log,
    request(text = requestText()) {
      const message = parseMessage(text);
      if (message.kind !== "request") throw new Error(`no request: ${text}`);
      const route = { code: -1, requestUri: undefined, destinationUri: undefined };
      return program.runRequest({ ...from, message, protocol: "udp", route });
    },
    reply(text) {
      const message = parseMessage(text);
      if (message.kind !== "response") throw new Error(`no response: ${text}`);
      return program.runReply({ ...from, message, protocol: "udp" });
    },
  };
}

/** For `afterAll`. */
export async function closeBenches(): Promise<void> {
  for (const program of programs.splice(0)) program.dispose();
  await closeBundler();
}
