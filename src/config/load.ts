/**
 * Config file and command-line options to one frozen `Config`, or to every problem at once. Options win over the
 * file; paths in the file are relative to the file.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { LogLevel } from "../support/log.ts";
import { LOG_LEVELS } from "../support/log.ts";
import type { Place, Problem } from "../support/problem.ts";
import { problem } from "../support/problem.ts";
import { formatListenAddress, isWildcard, parseHostPort, parseListenAddress } from "./address.ts";
import type { Config, Listener } from "./config.ts";
import { describeIssues } from "./describe-issue.ts";
import type { ConfigFile } from "./schema.ts";
import { configSchema } from "./schema.ts";
import type { YamlDocument } from "./yaml-document.ts";
import { parseYaml } from "./yaml-document.ts";

/** Read when there is no --config. */
export const DEFAULT_CONFIG_FILE = "signalbox.yaml";

/** As typed on the command line. */
export interface ConfigOptions {
  readonly config?: string | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly routes?: string | undefined;
  readonly list?: string | undefined;
  readonly plugins?: string | undefined;
  readonly logLevel?: string | undefined;
}

export interface LoadedConfig {
  /** Absent exactly when `problems` is not empty. */
  readonly config?: Config;
  readonly problems: readonly Problem[];
  /** For checking only: the config without the keys that are wrong. Absent when the file is no YAML at all. */
  readonly usable?: Config;
}

/** Reads the file that `options` name (or the default one when it is there) and puts the options on top. */
export function loadConfig(options: ConfigOptions = {}): LoadedConfig {
  const file = options.config ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined);
  if (file === undefined) return buildConfig("", undefined, options);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return { problems: [problem("FILE_UNREADABLE", `the config file cannot be read (${reason})`, { file })] };
  }
  return buildConfig(text, file, options);
}

/** The same from the text of the file; `file` names it in problems and is where its paths begin. */
export function buildConfig(
  text: string,
  file: string | undefined,
  options: ConfigOptions = {},
): LoadedConfig {
  const document = parseYaml(text, file ?? DEFAULT_CONFIG_FILE);
  const problems: Problem[] = [...document.problems];
  const data = checkFile(document, problems);
  const listen =
    options.listen !== undefined
      ? listenersOfOptions(options.listen, problems)
      : listenersOfFile(data.listen, document, problems);
  const level = levelOfOption(options.logLevel, problems) ?? data.log.level;

  const fromFile = (path: string): string =>
    file === undefined || isAbsolute(path) ? path : join(dirname(file), path);
  const config = deepFreeze({
    ...(file !== undefined && { file }),
    listen,
    routes: options.routes ?? fromFile(data.routes),
    list: options.list ?? fromFile(data.list),
    plugins: options.plugins ?? fromFile(data.plugins),
    aliases: data.aliases.map((name) => name.toLowerCase().replace(/\.$/, "")),
    dispatcher: data.dispatcher,
    limits: data.limits,
    log: { level, ...(data.log.pretty !== undefined && { pretty: data.log.pretty }) },
  });
  if (problems.length === 0) return { config, problems, usable: config };
  return document.problems.length === 0 ? { problems, usable: config } : { problems };
}

/** The content of the file with its defaults; keys that are wrong become problems and count as not given. */
function checkFile(document: YamlDocument, problems: Problem[]): ConfigFile {
  if (document.problems.length > 0) return configSchema.parse({});
  const value = document.value ?? {};
  const checked = configSchema.safeParse(value, { reportInput: true });
  if (checked.success) return checked.data;
  problems.push(...describeIssues(checked.error.issues, document));
  const wrong = new Set(checked.error.issues.map((issue) => String(issue.path[0])));
  const right = Object.keys(configSchema.shape).filter((key) => !wrong.has(key) && Object.hasOwn(value, key));
  return configSchema.parse(
    Object.fromEntries(right.map((key) => [key, (value as Record<string, unknown>)[key]])),
  );
}

function listenersOfOptions(texts: readonly string[], problems: Problem[]): Listener[] {
  const listeners: Listener[] = [];
  for (const text of texts) {
    const address = parseListenAddress(text);
    if (address) listeners.push(address);
    else
      problems.push(
        problem(
          "OPTION_BAD_VALUE",
          `--listen: expected udp:ADDRESS:PORT with an IP address, found "${text}"`,
        ),
      );
  }
  checkListeners(listeners, () => undefined, problems);
  return listeners;
}

function listenersOfFile(
  entries: ConfigFile["listen"],
  document: YamlDocument,
  problems: Problem[],
): Listener[] {
  const listeners = entries.map((entry): Listener => {
    const { address, advertise } =
      typeof entry === "string" ? { address: entry, advertise: undefined } : entry;
    // The schema has checked both.
    return {
      ...parseListenAddress(address)!,
      ...(advertise !== undefined && { advertise: parseHostPort(advertise)! }),
    };
  });
  checkListeners(listeners, (index) => document.placeOfValue(["listen", index]), problems);
  return listeners;
}

/** What no single address can show. */
function checkListeners(
  listeners: readonly Listener[],
  placeOf: (index: number) => Place | undefined,
  problems: Problem[],
): void {
  const seen = new Set<string>();
  for (const [index, listener] of listeners.entries()) {
    const text = formatListenAddress(listener);
    if (seen.has(text) && listener.port !== 0) {
      problems.push(
        problem("LISTEN_BAD_ADDRESS", `${text} is listened on twice`, placeOf(index), "remove one of them"),
      );
    }
    seen.add(text);
    if (isWildcard(listener.host) && !listener.advertise) {
      problems.push(
        problem(
          "LISTEN_BAD_ADDRESS",
          `${text} is every address of this machine, so there is none to write in Via and Record-Route`,
          placeOf(index),
          "name the addresses one by one, or give in the config file `advertise: HOST:PORT` for this one",
        ),
      );
    }
  }
}

function levelOfOption(text: string | undefined, problems: Problem[]): LogLevel | undefined {
  const level = LOG_LEVELS.find((known) => known === text);
  if (text !== undefined && level === undefined) {
    problems.push(
      problem("OPTION_BAD_VALUE", `--log-level: expected one of ${LOG_LEVELS.join(", ")}, found "${text}"`),
    );
  }
  return level;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
