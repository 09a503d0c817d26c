/** What the commands see of a running proxy. */
import type { Problem } from "../support/problem.ts";

export interface DestinationStatus {
  readonly set: number;
  readonly uri: string;
  /** Kamailio's two letters: A active, I inactive, T trying, D disabled; then P probing, X not. */
  readonly state: string;
  /** How often it was chosen since the start. */
  readonly selected: number;
  /** Calls in progress, where an algorithm counts them. */
  readonly calls: number;
}

export interface EngineSnapshot {
  readonly destinations: readonly DestinationStatus[];
  /** Messages in and out, errors of scripts and so on, since the start. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface ReloadReport {
  /** False: the generation before goes on serving. */
  readonly ok: boolean;
  /** The generation that serves now. */
  readonly generation: number;
  /** The files whose content changed. */
  readonly changed: readonly string[];
  readonly problems: readonly Problem[];
  /** From the first file event to the swap. */
  readonly tookMs: number;
}

export interface Engine {
  /** As bound: `udp:127.0.0.1:5060`, with the real port where 0 was asked for. */
  readonly listeners: readonly string[];
  snapshot(): Promise<EngineSnapshot>;
  /** Each reload, good or refused, and each restart of a stalled data plane. */
  onReload(tell: (report: ReloadReport) => void): void;
  close(): Promise<void>;
}
