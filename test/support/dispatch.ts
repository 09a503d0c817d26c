/** For tests of the dispatcher: a list from its text, a request from a few words, a dispatcher on a virtual clock. */
import type { Algorithm, PickInput } from "../../src/dispatch/algorithm.ts";
import type { AttributeChecks } from "../../src/dispatch/attributes.ts";
import { Dispatcher } from "../../src/dispatch/dispatcher.ts";
import type { ParsedList } from "../../src/dispatch/list.ts";
import { parseList } from "../../src/dispatch/list.ts";
import type { DispatcherParams } from "../../src/dispatch/params.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../../src/dispatch/params.ts";
import type { Problem } from "../../src/support/problem.ts";
import { ProblemError } from "../../src/support/problem.ts";
import { seededRandom } from "../../src/support/random.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Takes everything that begins as a SIP URI does, and one socket. */
export const checks: AttributeChecks = {
  checkUri: (uri) => (/^sips?:[^ ]+$/.test(uri) ? undefined : "it does not begin with sip: or sips:"),
  checkSocket: (text) =>
    text === "udp:127.0.0.1:5060" || text === "inside" ? undefined : "no listener has that address or name",
};

/** A list from its lines; throws when one is bad. */
export function listOf(...lines: string[]): ParsedList {
  const { list, problems } = parseList(lines.join("\n"), "dispatcher.list", checks);
  if (problems !== undefined) throw new ProblemError(problems);
  return list;
}

export function inputOf(given: Partial<PickInput> = {}): PickInput {
  return {
    method: "INVITE",
    callId: undefined,
    from: undefined,
    to: undefined,
    requestUri: undefined,
    authUser: undefined,
    hashText: undefined,
    sourceIp: "127.0.0.1",
    ...given,
  };
}

export interface Bench {
  readonly dispatcher: Dispatcher;
  readonly clock: VirtualClock;
  readonly warnings: Problem[];
  reload(lines: string[], plugins?: readonly Algorithm[]): void;
  /** The URI that is chosen, without its `sip:`; undefined when there is none. */
  pick(algorithm: number | string, input?: Partial<PickInput>, set?: number): string | undefined;
  /** The chosen one and all that follow it. */
  walk(algorithm: number | string, input?: Partial<PickInput>, limit?: number): string[];
}

export interface BenchOptions {
  readonly params?: Partial<DispatcherParams>;
  readonly plugins?: readonly Algorithm[];
  readonly options?: Readonly<Record<string, unknown>>;
}

export function benchOf(lines: string[], { params, plugins = [], options = {} }: BenchOptions = {}): Bench {
  const clock = new VirtualClock();
  const warnings: Problem[] = [];
  const dispatcher = new Dispatcher({
    params: { ...DEFAULT_DISPATCHER_PARAMS, ...params },
    clock,
    random: seededRandom(1),
    warn: (found) => warnings.push(found),
    options,
  });
  dispatcher.load(listOf(...lines), plugins);
  const bare = (uri: string) => uri.replace(/^sip:/, "");
  return {
    dispatcher,
    clock,
    warnings,
    reload: (next, nextPlugins = plugins) => dispatcher.load(listOf(...next), nextPlugins),
    pick(algorithm, input, set = 1) {
      const selection = dispatcher.select(set, algorithm, inputOf(input));
      return selection && bare(selection.destination.uri);
    },
    walk(algorithm, input, limit) {
      const selection = dispatcher.select(1, algorithm, inputOf(input), limit);
      const walked: string[] = [];
      for (let at = selection?.destination; at !== undefined; at = selection?.next())
        walked.push(bare(at.uri));
      return walked;
    },
  };
}
