/** cli/command-line.ts: what arguments mean, and what wrong ones are told. */
import { describe, expect, it } from "vitest";
import { COMMANDS, parseCommandLine } from "../../src/cli/command-line.ts";

const words = (line: string): string[] => (line === "" ? [] : line.split(" "));

describe("commands and options", () => {
  const rows: readonly (readonly [string, string, Record<string, readonly string[]>])[] = [
    ["run", "run", {}],
    [
      "run --config a.yaml --listen udp:127.0.0.1:1 --listen=udp:[::1]:2",
      "run",
      { config: ["a.yaml"], listen: ["udp:127.0.0.1:1", "udp:[::1]:2"] },
    ],
    [
      "check --routes r.js --list l --plugins p --log-level debug",
      "check",
      { routes: ["r.js"], list: ["l"], plugins: ["p"], "log-level": ["debug"] },
    ],
    ["demo --port 5062", "demo", { port: ["5062"] }],
    ["run --list=-odd-name", "run", { list: ["-odd-name"] }],
  ];
  for (const [line, name, values] of rows) {
    it(line, () => {
      const parsed = parseCommandLine(words(line));
      expect(parsed).toMatchObject({ kind: "command", name });
      if (parsed.kind === "command") expect(Object.fromEntries(parsed.values)).toEqual(values);
    });
  }
});

describe("wrong usage", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["", "a command is missing"],
    ["rnu", 'unknown command "rnu"; did you mean run?'],
    ["frobnicate", 'unknown command "frobnicate"; there are run, check, demo, help'],
    ["--config a.yaml run", 'the command comes first; "--config" is none; there are run, check, demo, help'],
    ["help chekc", 'unknown command "chekc"; did you mean check?'],
    ["run --lsiten x", "run: unknown option --lsiten; did you mean --listen?"],
    ["run --xyzzy", "run: unknown option --xyzzy; there are --config, --listen,"],
    ["run -l x", "run: unknown option -l; there are"],
    ["demo --config a.yaml", "demo: unknown option --config; there are --port, --help"],
    ["run --config", "run: --config needs a value: --config FILE"],
    ["run --config=", "run: --config needs a value: --config FILE"],
    ["run --list --routes r.js", "run: --list needs a value: --list FILE"],
    ["run --list a --list b", "run: --list is given twice"],
    ["run extra", 'run: unexpected argument "extra"'],
  ];
  for (const [line, expected] of rows) {
    it(line || "(nothing)", () => {
      const parsed = parseCommandLine(words(line));
      expect(parsed.kind).toBe("usage-error");
      if (parsed.kind === "usage-error") expect(parsed.text.slice(0, expected.length)).toBe(expected);
    });
  }
});

describe("help", () => {
  for (const line of ["--help", "-h", "help", "run --help", "run -h", "help check", "run --list x --help"]) {
    it(line, () => expect(parseCommandLine(words(line)).kind).toBe("help"));
  }

  it("names every option of a command, and the exit statuses", () => {
    for (const { name, options } of COMMANDS) {
      const parsed = parseCommandLine([name, "--help"]);
      const text = parsed.kind === "help" ? parsed.text : "";
      for (const option of options) expect(text).toContain(`--${option.name}`);
      expect(text).toContain("Exit status:");
    }
  });

  it("fits a terminal of 120 columns", () => {
    for (const line of ["--help", ...COMMANDS.map(({ name }) => `help ${name}`)]) {
      const parsed = parseCommandLine(words(line));
      const lines = parsed.kind === "help" ? parsed.text.split("\n") : [];
      expect(lines.filter((text) => text.length > 120)).toEqual([]);
    }
  });
});
