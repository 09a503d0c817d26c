/** The settings of one run: immutable, with every default filled in. Live state is kept elsewhere. */
import type { DispatcherParams } from "../dispatch/params.ts";
import type { LogLevel } from "../support/log.ts";
import type { HostPort, ListenAddress } from "./address.ts";

export interface Listener extends ListenAddress {
  /** What Via and Record-Route say instead of the address, when that is set. */
  readonly advertise?: HostPort;
}

export interface ScriptLimits {
  /** Milliseconds for one call of the script. */
  readonly time_ms: number;
  readonly memory_mb: number;
  readonly stack_kb: number;
  /** Milliseconds without a heartbeat before the data plane is started again. */
  readonly stall_ms: number;
}

export interface LogSettings {
  readonly level: LogLevel;
  /** Absent: pretty when standard output is a terminal. */
  readonly pretty?: boolean;
}

export interface Config {
  /** The config file that was read; absent when there is none. */
  readonly file?: string;
  readonly listen: readonly Listener[];
  /** Paths relative to the working directory, or absolute. */
  readonly routes: string;
  readonly list: string;
  readonly plugins: string;
  /** Lower case; IPv6 without brackets. */
  readonly aliases: readonly string[];
  readonly dispatcher: DispatcherParams;
  readonly limits: ScriptLimits;
  readonly log: LogSettings;
}
