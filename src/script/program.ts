/**
 * A route script ready to run: the script and the prelude in a sandbox, and the host that answers them. One program
 * belongs to one generation. A run that breaks a limit costs the context: the next run gets a fresh one.
 */

import type { Destination } from "../dispatch/destination.ts";
import type { Clock } from "../support/clock.ts";
import { type Place, type Problem, problem } from "../support/problem.ts";
import { type Bundle, positionFor } from "../support/source-position.ts";
import { hostFunctions } from "./host-functions.ts";
import { type Fault, type QuickJSInstance, Sandbox, type SandboxLimits, type StackFrame } from "./sandbox.ts";
import { ScriptHost, type ScriptHostEnv } from "./script-host.ts";
import { requestSnapshot, responseSnapshot } from "./snapshot.ts";
import { type Action, parseVerdict } from "./verdict.ts";
import type { RequestView, ResponseView } from "./view.ts";
import { fromScript } from "./view.ts";

export interface ProgramOptions {
  readonly quickjs: QuickJSInstance;
  readonly prelude: string;
  readonly route: Bundle;
  readonly limits: SandboxLimits;
  readonly clock: Clock;
  readonly host: ScriptHostEnv;
  /** As in prelude/host.ts: what is below is not even handed out of the sandbox. */
  readonly logThreshold: number;
}

export type Run =
  | { readonly ok: true; readonly actions: readonly Action[]; readonly chosen: readonly Destination[] }
  | { readonly ok: false; readonly problem: Problem };

/** Evaluating a file may take longer than handling a message. */
const LOAD_TIME_MS = 1000;
const PRELUDE_FILE = "signalbox:prelude";
const ROUTE_FILE = "signalbox:route";

interface Loaded {
  readonly sandbox: Sandbox;
  readonly host: ScriptHost;
  readonly runRequest: Parameters<Sandbox["callText"]>[0];
  readonly runReply: Parameters<Sandbox["callText"]>[0];
  readonly entryPoints: readonly string[];
}

export class RouteProgram {
  #options: ProgramOptions;
  #loaded: Loaded;
  /** What ended the sandbox, while there is none. */
  #ended: Problem | undefined;

  private constructor(options: ProgramOptions, loaded: Loaded) {
    this.#options = options;
    this.#loaded = loaded;
  }

  /** The program, or what is wrong with the script. */
  static load(options: ProgramOptions): RouteProgram | Problem {
    const loaded = loadInto(options);
    return "code" in loaded ? loaded : new RouteProgram(options, loaded);
  }

  /** The file of the script, as the user named it. */
  get entry(): string {
    return this.#options.route.entry;
  }

  get hasReplyRoute(): boolean {
    return this.#loaded.entryPoints.some((name) => name === "reply_route" || name === "ksr_reply_route");
  }

  runRequest(view: RequestView): Run {
    if (this.#ended !== undefined) return { ok: false, problem: this.#ended };
    const { host, sandbox, runRequest } = this.#loaded;
    host.begin(view);
    return this.#finish(sandbox.callText(runRequest, requestSnapshot(view, host)), "request_route");
  }

  runReply(view: ResponseView): Run {
    if (this.#ended !== undefined) return { ok: false, problem: this.#ended };
    const { host, sandbox, runReply } = this.#loaded;
    host.begin(view);
    return this.#finish(sandbox.callText(runReply, responseSnapshot(view, host)), "reply_route");
  }

  dispose(): void {
    if (this.#ended === undefined) this.#loaded.sandbox.dispose();
  }

  #finish(outcome: ReturnType<Sandbox["callText"]>, route: string): Run {
    const { host } = this.#loaded;
    if (outcome.ok)
      return { ok: true, actions: parseVerdict(fromScript(outcome.value)), chosen: host.chosen };
    host.abandon();
    const found = faultProblem(outcome.fault, route, this.#options);
    if (outcome.fault.kind !== "throw") this.#renew(found);
    return { ok: false, problem: found };
  }

  /** Memory that is used up stays so, and a loop may have left data half-changed: begin anew. */
  #renew(found: Problem): void {
    try {
      // First, since the new one may need its memory.
      this.#loaded.sandbox.dispose();
      const renewed = loadInto(this.#options);
      if ("code" in renewed) throw new Error(renewed.message);
      this.#loaded = renewed;
    } catch {
      // QuickJS aborts its whole instance when an interrupted run has left an object behind.
      this.#ended = found;
      void this.#reinstantiate();
    }
  }

  /** Until the new instance is there, in some milliseconds, a run answers what ended the last one. */
  async #reinstantiate(): Promise<void> {
    const quickjs = await this.#options.quickjs.another();
    this.#options = { ...this.#options, quickjs };
    const renewed = loadInto(this.#options);
    if ("code" in renewed) return;
    this.#loaded = renewed;
    this.#ended = undefined;
  }
}

function loadInto(options: ProgramOptions): Loaded | Problem {
  const { quickjs, limits, clock, prelude, route } = options;
  const sandbox = new Sandbox(quickjs, limits, clock);
  const host = new ScriptHost({
    ...options.host,
    log: (level, text, view) => options.host.log(level, mapPlaces(text, route), view),
  });
  const inside = sandbox.evaluate(prelude, PRELUDE_FILE, LOAD_TIME_MS);
  if (!inside.ok) throw new Error(`The prelude does not load: ${inside.fault.message}`);
  const installed = sandbox.call(sandbox.exported(inside.value, "install"), [
    sandbox.hostObject(hostFunctions(host)),
    sandbox.number(options.logThreshold),
  ]);
  if (!installed.ok) throw new Error(`The prelude does not install: ${installed.fault.message}`);
  const script = sandbox.evaluate(route.code, ROUTE_FILE, LOAD_TIME_MS);
  if (!script.ok) return faultProblem(script.fault, "loading the file", options);
  const adopted = sandbox.call(sandbox.exported(inside.value, "adopt"), [
    sandbox.exported(script.value, "$signalbox"),
  ]);
  if (!adopted.ok) return faultProblem(adopted.fault, "loading the file", options);
  return {
    sandbox,
    host,
    runRequest: sandbox.exported(inside.value, "runRequest"),
    runReply: sandbox.exported(inside.value, "runReply"),
    entryPoints: adopted.value.split(" "),
  };
}

/** The user's place of the innermost frame that is in the user's code. */
function placeOf(frames: readonly StackFrame[], route: Bundle): Place {
  for (const frame of frames) {
    const place = frame.file === ROUTE_FILE ? positionFor(route, frame.line, frame.column) : undefined;
    if (place !== undefined) return place;
  }
  return { file: route.entry };
}

function faultProblem(fault: Fault, where: string, options: ProgramOptions): Problem {
  const { limits, route } = options;
  const place = placeOf(fault.frames, route);
  switch (fault.kind) {
    case "time": {
      const ms = where === "loading the file" ? LOAD_TIME_MS : limits.timeMs;
      return problem("SCRIPT_TIME", `${where} ran for more than ${ms} ms and was stopped`, place);
    }
    case "memory":
      return problem("SCRIPT_MEMORY", `${where} used more than ${limits.memoryBytes >> 20} MB`, place);
    case "stack":
      return problem(
        "SCRIPT_STACK",
        `${where} recursed deeper than ${limits.stackBytes >> 10} KB of stack`,
        place,
      );
    case "throw":
      return problem("SCRIPT_THROW", `${where}: ${fault.message}`, place);
  }
}

/** Places of the bundle that stand in a log text, as the user's. */
function mapPlaces(text: string, route: Bundle): string {
  return text.replace(/signalbox:route:(\d+):(\d+)/g, (found, line, column) => {
    const place = positionFor(route, Number(line), Number(column));
    return place === undefined ? found : `${place.file}:${place.line}:${place.column}`;
  });
}
