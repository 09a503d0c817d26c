/** The command line: which commands and options there are, reading them, and the text of --help. */
import { parseArgs } from "node:util";
import { nearest } from "../support/nearest.ts";

export type CommandName = "run" | "check" | "demo";

interface Option {
  readonly name: string;
  /** What the help calls its value; absent for a switch. */
  readonly value?: string;
  readonly multiple?: true;
  readonly help: string;
}

interface Command {
  readonly name: CommandName;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly notes: readonly string[];
}

const CONFIG_OPTIONS: readonly Option[] = [
  { name: "config", value: "FILE", help: "the config file (default: signalbox.yaml, when it is there)" },
  {
    name: "listen",
    value: "udp:ADDRESS:PORT",
    multiple: true,
    help: "where to receive; may be given more than once (default: udp:127.0.0.1:5060)",
  },
  { name: "routes", value: "FILE", help: "the route script (default: routes/main.js)" },
  { name: "list", value: "FILE", help: "the destination list (default: dispatcher.list)" },
  { name: "plugins", value: "DIRECTORY", help: "the algorithm plugins (default: plugins)" },
  { name: "log-level", value: "LEVEL", help: "debug, info, warn or error (default: info)" },
];

const HELP: Option = { name: "help", help: "this text" };

export const COMMANDS: readonly Command[] = [
  {
    name: "run",
    summary: "run the proxy",
    options: [...CONFIG_OPTIONS, HELP],
    notes: [
      "Options win over the config file. Route script, destination list and plugins are reloaded when they are saved.",
      "SIGINT or SIGTERM ends it cleanly; a second one ends it at once.",
      "",
      "Exit status: 0 ended by a signal; 1 the start failed; 2 wrong usage; 130 or 143 ended by a second signal.",
    ],
  },
  {
    name: "check",
    summary: "check script, list, plugins and config without running them",
    options: [...CONFIG_OPTIONS, HELP],
    notes: [
      "Reports every problem at once, each with its place and what to do.",
      "",
      "Exit status: 0 no problem; 1 there are problems; 2 wrong usage.",
    ],
  },
  {
    name: "demo",
    summary: "run the proxy on loopback with three answering endpoints and a call a second",
    options: [{ name: "port", value: "PORT", help: "UDP port of the proxy (default: 5060)" }, HELP],
    notes: [
      "Shows where calls go, the health of each destination and every reload. The files that it uses are copied to",
      "signalbox-demo/ in the working directory, unless they are there: edit and save them to see a hot reload.",
      "",
      "Exit status: 0 ended by a signal; 1 the start failed; 2 wrong usage; 130 or 143 ended by a second signal.",
    ],
  },
];

export type ParsedCommand =
  | { readonly kind: "help" | "usage-error"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "command"; readonly name: CommandName; readonly values: OptionValues };

/** By option name. Options that may be given more than once keep all their values. */
export type OptionValues = ReadonlyMap<string, readonly string[]>;

/** `args` without node and the program. */
export function parseCommandLine(args: readonly string[]): ParsedCommand {
  const [first, ...rest] = args;
  if (first === undefined) return { kind: "usage-error", text: `a command is missing\n\n${generalHelp()}` };
  if (first === "--version" || first === "-V") return { kind: "version" };
  if (first === "--help" || first === "-h") return { kind: "help", text: generalHelp() };
  if (first === "help") return helpFor(rest);
  const command = findCommand(first);
  if (!command) return unknownCommand(first);
  return parseOptions(command, rest);
}

function parseOptions(command: Command, args: readonly string[]): ParsedCommand {
  const options = Object.fromEntries(
    command.options.map(({ name, value }) => [
      name,
      { type: value ? ("string" as const) : ("boolean" as const) },
    ]),
  );
  const { tokens } = parseArgs({
    args: args.map((arg) => (arg === "-h" ? "--help" : arg)),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") return wrong(command, `unexpected argument "${token.value}"`);
    if (token.kind !== "option") continue;
    const option = command.options.find(({ name }) => name === token.name);
    if (!option || token.rawName !== `--${token.name}`) return unknownOption(command, token.rawName);
    if (option === HELP) return { kind: "help", text: helpOf(command) };
    // `--list --routes x`: the next option is no value.
    if (!token.value || (!token.inlineValue && token.value.startsWith("-"))) {
      return wrong(command, `--${option.name} needs a value: --${option.name} ${option.value}`);
    }
    const given = values.get(option.name) ?? [];
    if (given.length > 0 && !option.multiple) return wrong(command, `--${option.name} is given twice`);
    values.set(option.name, [...given, token.value]);
  }
  return { kind: "command", name: command.name, values };
}

function findCommand(word: string): Command | undefined {
  return COMMANDS.find(({ name }) => name === word);
}

function helpFor([word]: readonly string[]): ParsedCommand {
  if (word === undefined) return { kind: "help", text: generalHelp() };
  const command = findCommand(word);
  return command ? { kind: "help", text: helpOf(command) } : unknownCommand(word);
}

function unknownCommand(word: string): ParsedCommand {
  const what = word.startsWith("-")
    ? `the command comes first; "${word}" is none`
    : `unknown command "${word}"`;
  const names = [...COMMANDS.map(({ name }) => name), "help"];
  const near = nearest(word, names);
  return {
    kind: "usage-error",
    text: `${what}; ${near ? `did you mean ${near}?` : `there are ${names.join(", ")}`}`,
  };
}

function unknownOption(command: Command, rawName: string): ParsedCommand {
  const names = command.options.map(({ name }) => name);
  const near = nearest(rawName.replace(/^-+/, ""), names);
  const hint = near ? `did you mean --${near}?` : `there are ${names.map((name) => `--${name}`).join(", ")}`;
  return { kind: "usage-error", text: `${command.name}: unknown option ${rawName}; ${hint}` };
}

function wrong(command: Command, text: string): ParsedCommand {
  return {
    kind: "usage-error",
    text: `${command.name}: ${text}; signalbox ${command.name} --help shows the usage`,
  };
}

function generalHelp(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "Signalbox: a SIP proxy and load balancer whose routing logic is a JavaScript file.",
    "",
    "Usage: signalbox COMMAND [OPTIONS]",
    "",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "signalbox COMMAND --help shows the options and exit statuses of a command; signalbox --version the version.",
    "Exit status: 0 success; 1 a problem that is named on standard error; 2 wrong usage.",
  ].join("\n");
}

function helpOf(command: Command): string {
  const left = command.options.map(({ name, value }) => `--${name}${value ? ` ${value}` : ""}`);
  const width = Math.max(...left.map((text) => text.length));
  return [
    `signalbox ${command.name}: ${command.summary}`,
    "",
    `Usage: signalbox ${command.name} [OPTIONS]`,
    "",
    ...command.options.map(({ help }, index) => `  ${left[index]!.padEnd(width)}  ${help}`),
    "",
    ...command.notes,
  ].join("\n");
}
