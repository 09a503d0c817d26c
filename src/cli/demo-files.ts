/** The demo's working folder: copies of the files that ship with Signalbox, for the user to edit. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostPort } from "../config/address.ts";

export const DEMO_FOLDER = "signalbox-demo";

export interface DemoFiles {
  readonly routes: string;
  readonly list: string;
  readonly plugins: string;
  /** Those that were not there before. */
  readonly created: readonly string[];
}

/**
 * The line of the default script that the demo changes. By the Call-ID is right for real phones, as the script
 * explains; in turn is what one can watch, and the demo's phones neither repeat nor cancel an INVITE.
 */
const DEFAULT_ALGORITHM = 'const ALGORITHM = "0";';
const DEMO_ALGORITHM = 'const ALGORITHM = "4";';

/** Copies what is missing from `packageRoot` to `folder`, and leaves alone what is there. */
export function prepareDemoFiles(packageRoot: string, folder: string = DEMO_FOLDER): DemoFiles {
  const routes = join(folder, "routes", "main.js");
  const list = join(folder, "dispatcher.list");
  const plugins = join(folder, "plugins");
  const created: string[] = [];

  const create = (path: string, from: string, make: (source: string) => void): void => {
    const source = join(packageRoot, from);
    if (existsSync(path) || !existsSync(source)) return;
    mkdirSync(dirname(path), { recursive: true });
    make(source);
    created.push(path);
  };
  create(routes, "routes/main.js", (source) =>
    writeFileSync(routes, demoScript(readFileSync(source, "utf8"))),
  );
  const declarations = join(folder, "routes", "signalbox.d.ts");
  create(declarations, "routes/signalbox.d.ts", (source) => cpSync(source, declarations));
  create(list, "dispatcher.list", (source) => cpSync(source, list));
  create(plugins, "plugins", (source) => cpSync(source, plugins, { recursive: true }));
  return { routes, list, plugins, created };
}

/** The default script with its calls taken in turn. */
export function demoScript(defaultScript: string): string {
  return defaultScript.replace(DEFAULT_ALGORITHM, DEMO_ALGORITHM);
}

/** The destinations of a list that the demo can stand in for: those on 127.0.0.1, each once. */
export function localDestinations(list: string): HostPort[] {
  const ports = new Set<number>();
  for (const line of list.split("\n")) {
    const match = /^\s*\d+\s+sip:127\.0\.0\.1(?::(\d{1,5}))?(?=[\s;]|$)/.exec(line);
    if (match) ports.add(Number(match[1] ?? 5060));
  }
  return [...ports].filter((port) => port > 0 && port <= 65_535).map((port) => ({ host: "127.0.0.1", port }));
}

/** What to edit, and what to try. Fits 80 columns for the folder's usual name. */
export function demoAdvice(folder: string): string[] {
  return [
    `Edit a file in ${folder}/, save it, and watch:`,
    "  dispatcher.list  put a 1 after a URI: inactive. Add: 1 sip:127.0.0.1:5073",
    '  routes/main.js   ALGORITHM "4" takes turns, "8" the first. Break the syntax',
    '  plugins/         change one, and name it as ALGORITHM: "power-of-two"',
    "Ctrl-C ends the demo.",
  ];
}
