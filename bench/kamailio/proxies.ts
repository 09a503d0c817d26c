/** The three that are compared, and how each is started on a port with a list of destinations and one worker. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchFailure } from "./failure.ts";
import { type Processes, type Program, waitFor } from "./processes.ts";
import { packageRoot, type Scenario } from "./scenario.ts";
import { isBound } from "./udp.ts";

export const proxyNames = ["native", "jsdt", "signalbox"] as const;
export type ProxyName = (typeof proxyNames)[number];

export const proxyTitles: Readonly<Record<ProxyName, string>> = {
  native: "Kamailio, native cfg",
  jsdt: "Kamailio, app_jsdt",
  signalbox: "Signalbox, QuickJS",
};

/** The command of --signalbox; {port}, {routes} and {list} are filled in. */
export const defaultSignalboxCommand =
  "node dist/src/main.js run --listen udp:127.0.0.1:{port} --routes {routes} --list {list}";

export interface Place {
  readonly folder: string;
  readonly port: number;
  /** Path of the dispatcher.list. */
  readonly list: string;
  readonly signalboxCommand: string;
}

/** How long a proxy may take until its port is bound. Kamailio forks its workers first, Node loads WebAssembly. */
const START_LIMIT_MS = 15_000;

/** Starts a proxy and waits until its port is bound. Rejects with BenchFailure and the end of its log. */
export async function startProxy(
  name: ProxyName,
  scenario: Scenario,
  place: Place,
  processes: Processes,
): Promise<Program> {
  const title = proxyTitles[name];
  const program =
    name === "signalbox"
      ? await processes.start(title, signalboxArgv(scenario, place), packageRoot)
      : await processes.start(title, kamailioArgv(name, scenario, place));
  const settled = () => isBound(place.port) || program.outcome() !== undefined;
  const inTime = await waitFor(settled, START_LIMIT_MS);
  if (program.outcome() !== undefined) {
    throw new BenchFailure(
      `${title} ended at once (${program.outcome()}).${hint(program)}`,
      program.output(),
    );
  }
  if (!inTime) {
    throw new BenchFailure(`${title} did not bind UDP port ${place.port} within 15 s`, program.output());
  }
  return program;
}

function kamailioArgv(name: "native" | "jsdt", scenario: Scenario, place: Place): string[] {
  const template = readFileSync(name === "native" ? scenario.nativeCfg : scenario.jsdtCfg, "utf8");
  const values = { PORT: String(place.port), LIST: place.list, ROUTE: scenario.jsdtRoute };
  const cfg = template.replaceAll(/^#.*\n/gm, "").replaceAll(/\{\{(PORT|LIST|ROUTE)\}\}/g, (_, key) => {
    return values[key as keyof typeof values];
  });
  const file = join(place.folder, `${name}.cfg`);
  writeFileSync(file, cfg);
  // -DD: stays in the foreground, so that its group can be ended; -E: logs to stderr; -Y: its run-time folder.
  return ["kamailio", "-f", file, "-DD", "-E", "-Y", place.folder, "-P", join(place.folder, `${name}.pid`)];
}

function signalboxArgv(scenario: Scenario, place: Place): string[] {
  const values = { port: String(place.port), routes: scenario.signalboxRoute, list: place.list };
  const command = place.signalboxCommand.replaceAll(/\{(port|routes|list)\}/g, (_, key) => {
    return `'${values[key as keyof typeof values].replaceAll("'", "'\\''")}'`;
  });
  // The shell splits the words, then becomes the program.
  return ["/bin/sh", "-c", `exec ${command}`];
}

function hint(program: Program): string {
  const module = /(?:could not find module|module) <(\w+)(?:\.so)?>/.exec(program.output())?.[1];
  if (module === undefined) return "";
  return ` Its module ${module} is missing: on Debian, apt-get install kamailio kamailio-extra-modules.`;
}
