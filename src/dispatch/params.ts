/** The dispatcher's parameters: Kamailio's names, meanings and (but for `flags`) defaults. */
export interface DispatcherParams {
  /** Bit 1: hash only the user of a URI. Bit 2: keep the list for failover (on here, off in Kamailio). */
  readonly flags: number;
  /** 0: selecting is an error when a destination URI is set already. */
  readonly force_dst: number;
  /** 1: the last entry of a set is its fallback, and takes no part in the choice. */
  readonly use_default: number;
  /** Text with pseudo-variables that algorithm 7 hashes, such as `$fU@$ci`; empty is none. */
  readonly hash_pvar: string;
  /** log2 of the size of the call-load table; 0 turns algorithm 10 off. The size itself has no effect here. */
  readonly ds_hash_size: number;
  /** Seconds that a confirmed call counts. */
  readonly ds_hash_expire: number;
  /** Seconds that a call counts which no 2xx has confirmed. */
  readonly ds_hash_initexpire: number;
  /** Seconds between two sweeps for expired calls. */
  readonly ds_hash_check_interval: number;
  /** 0: only flagged destinations, 1: all, 2: inactive flagged ones, 3: flagged, keeping the flag. */
  readonly ds_probing_mode: number;
  /** Failures before a destination is inactive. */
  readonly ds_probing_threshold: number;
  /** Successes before an inactive destination is active again. */
  readonly ds_inactive_threshold: number;
  /** Bits: 1 resolve host names when the list is loaded. */
  readonly ds_dns_mode: number;
  /** Ours: order of equal priorities for algorithms that do not hash. "kamailio" is the reverse of the lines. */
  readonly tie_order: "file" | "kamailio";
}

export const DEFAULT_DISPATCHER_PARAMS: DispatcherParams = {
  flags: 2,
  force_dst: 1,
  use_default: 0,
  hash_pvar: "",
  ds_hash_size: 0,
  ds_hash_expire: 7200,
  ds_hash_initexpire: 7200,
  ds_hash_check_interval: 30,
  ds_probing_mode: 0,
  ds_probing_threshold: 1,
  ds_inactive_threshold: 1,
  ds_dns_mode: 1,
  tie_order: "file",
};
