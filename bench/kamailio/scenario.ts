/**
 * A scenario is one piece of routing written three times: as Kamailio's cfg, as JavaScript for Kamailio's app_jsdt,
 * and as a route script of Signalbox. It is data; another pair (with transactions, say) is another entry here.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** Kamailio cfg with the placeholders {{PORT}} and {{LIST}}. */
  readonly nativeCfg: string;
  /** Kamailio cfg with the placeholders {{PORT}}, {{LIST}} and {{ROUTE}}. */
  readonly jsdtCfg: string;
  /** What {{ROUTE}} stands for: JavaScript that calls KSR. */
  readonly jsdtRoute: string;
  readonly signalboxRoute: string;
  /** SIPp scenarios of the two ends. */
  readonly caller: string;
  readonly answerer: string;
  /** What the caller must have seen in the trial call, or the proxy does less work than the others. */
  readonly callerMustSee: readonly { readonly what: string; readonly pattern: RegExp }[];
}

/** The nearest folder upward with a package.json: the program runs from dist/, its data files stay in bench/. */
export const packageRoot: string = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("no package.json in any folder above this file");
    folder = parent;
  }
  return folder;
})();

const data = (path: string): string => join(packageRoot, "bench", "kamailio", path);

const recordRouted = [
  { what: "100 Trying from the proxy", pattern: /^SIP\/2\.0 100 /m },
  { what: "180 Ringing from an answerer", pattern: /^SIP\/2\.0 180 /m },
  { what: "the proxy's Record-Route in the 200", pattern: /^Record-Route: ?<sip:127\.0\.0\.1:\d+;lr/m },
] as const;

export const scenarios: readonly Scenario[] = [
  {
    name: "stateless",
    summary: "record_route, ds_select_dst(1,4), 100 Trying, forward; in-dialog by loose_route",
    nativeCfg: data("cfg/stateless-native.cfg"),
    jsdtCfg: data("cfg/stateless-jsdt.cfg"),
    jsdtRoute: data("routes/stateless-jsdt.js"),
    signalboxRoute: data("routes/stateless.js"),
    caller: data("sipp/caller.xml"),
    answerer: data("sipp/answerer.xml"),
    callerMustSee: recordRouted,
  },
];
