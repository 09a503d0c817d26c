/** What the control plane (main thread) and a data plane (worker thread) say to each other. Plain data, cloned. */

import type { Endpoint } from "../dispatch/destination.ts";
import type { DestinationStatus } from "../dispatch/dispatcher.ts";
import type { ParsedList } from "../dispatch/list.ts";
import type { DispatcherParams } from "../dispatch/params.ts";
import type { ListenerAddress } from "../proxy/local-identity.ts";
import type { SandboxLimits } from "../script/sandbox.ts";
import type { LogLevel } from "../support/log.ts";
import type { Problem } from "../support/problem.ts";
import type { Bundle } from "../support/source-position.ts";

/** Everything that one reload replaces, compiled and checked; immutable. */
export interface GenerationData {
  readonly id: number;
  readonly route: Bundle;
  readonly plugins: readonly Bundle[];
  readonly list: ParsedList;
  /** By URI: where the destinations lead, for `ds_is_from_list`. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

/** What lasts as long as the process. */
export interface DataPlaneSettings {
  readonly listen: readonly ListenerAddress[];
  readonly aliases: readonly string[];
  readonly dispatcher: DispatcherParams;
  readonly limits: SandboxLimits;
  readonly logLevel: LogLevel;
  readonly tagSecret: string;
  /** Compiled once, shared by all threads. */
  readonly quickjs: WebAssembly.Module;
  readonly prelude: string;
}

export interface WorkerData {
  /** "trial": builds the generation, runs the probes over it, and ends. */
  readonly mode: "serve" | "trial";
  readonly settings: DataPlaneSettings;
  readonly generation: GenerationData;
  /** As heartbeat.ts lays it out. */
  readonly heartbeat: SharedArrayBuffer;
}

export type ToWorker =
  | { readonly type: "swap"; readonly generation: GenerationData }
  | { readonly type: "snapshot"; readonly request: number }
  | { readonly type: "close" };

export type FromWorker =
  /** Serving, at these addresses (with the real port where 0 was asked for). */
  | { readonly type: "ready"; readonly listen: readonly ListenerAddress[] }
  /** It cannot start, or the trial found these; the worker ends. */
  | { readonly type: "failed"; readonly problems: readonly Problem[] }
  | { readonly type: "passed" }
  | { readonly type: "swapped"; readonly generation: number; readonly problems: readonly Problem[] }
  | {
      readonly type: "snapshot";
      readonly request: number;
      readonly destinations: readonly DestinationStatus[];
      readonly counters: Readonly<Record<string, number>>;
    }
  | { readonly type: "log"; readonly lines: string }
  | { readonly type: "closed" };
