/** config/load.ts: what a file and options become, and every problem with its place. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildConfig, loadConfig } from "../../src/config/load.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../../src/dispatch/params.ts";
import { formatPlace } from "../../src/support/problem.ts";

function problemsOf(text: string, options = {}): string[] {
  const { config, problems } = buildConfig(text, "etc/signalbox.yaml", options);
  expect(config === undefined).toBe(problems.length > 0);
  return problems.map(
    (p) => `${p.place ? `${formatPlace(p.place)} ` : ""}${p.code} ${p.message} -> ${p.remedy}`,
  );
}

describe("a config file that is right", () => {
  it("is all defaults when it is empty or absent", () => {
    const expected = {
      listen: [{ protocol: "udp", host: "127.0.0.1", port: 5060 }],
      routes: "routes/main.js",
      list: "dispatcher.list",
      plugins: "plugins",
      aliases: [],
      dispatcher: DEFAULT_DISPATCHER_PARAMS,
      limits: { time_ms: 50, memory_mb: 32, stack_kb: 256, stall_ms: 1000 },
      log: { level: "info" },
    };
    expect(buildConfig("", undefined)).toEqual({ problems: [], config: expected, usable: expected });
    expect(buildConfig("# nothing\n", "signalbox.yaml").config).toEqual({
      file: "signalbox.yaml",
      ...expected,
    });
  });

  it("takes listeners as text and as mappings, IPv6 and advertised names", () => {
    const text = [
      "listen:",
      "  - udp:[::1]:5060",
      "  - { address: udp:10.0.0.1:5062, advertise: sip.example.com:5080 }",
      "  - { address: udp:0.0.0.0, advertise: '[2001:db8::1]' }",
    ].join("\n");
    expect(buildConfig(text, "signalbox.yaml").config?.listen).toEqual([
      { protocol: "udp", host: "::1", port: 5060 },
      { protocol: "udp", host: "10.0.0.1", port: 5062, advertise: { host: "sip.example.com", port: 5080 } },
      { protocol: "udp", host: "0.0.0.0", port: 5060, advertise: { host: "2001:db8::1", port: 5060 } },
    ]);
  });

  it("takes its paths relative to itself, and leaves absolute ones", () => {
    const { config } = buildConfig(
      "routes: my.js\nlist: ../lists/a.list\nplugins: /opt/p\n",
      "etc/signalbox.yaml",
    );
    expect(config).toMatchObject({
      routes: join("etc", "my.js"),
      list: join("lists", "a.list"),
      plugins: "/opt/p",
    });
  });

  it("gives way to options, whose paths are as typed", () => {
    const { config } = buildConfig(
      "listen: ['udp:127.0.0.1:5062']\nroutes: my.js\nlog: {level: warn}\n",
      "etc/s.yaml",
      {
        listen: ["udp:127.0.0.1:0", "udp:127.0.0.1:0"],
        routes: "other.js",
        logLevel: "debug",
      },
    );
    expect(config?.listen.map(({ port }) => port)).toEqual([0, 0]);
    expect(config).toMatchObject({
      routes: "other.js",
      list: join("etc", "dispatcher.list"),
      log: { level: "debug" },
    });
  });

  it("is frozen all the way down", () => {
    const { config } = buildConfig("", undefined);
    expect(Object.isFrozen(config?.listen[0])).toBe(true);
    expect(Object.isFrozen(config?.dispatcher)).toBe(true);
  });
});

describe("a config file that is wrong", () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "an unknown key names the nearest",
      "lisen: []\n",
      ["etc/signalbox.yaml:1:1 CONFIG_UNKNOWN_KEY lisen is not a setting -> did you mean listen?"],
    ],
    [
      "an unknown key inside a mapping",
      "limits:\n  time: 5\n",
      [
        "etc/signalbox.yaml:2:3 CONFIG_UNKNOWN_KEY limits.time is not a setting -> remove it; the keys here are time_ms, memory_mb, stack_kb, stall_ms",
      ],
    ],
    [
      "an unknown key inside a listener",
      "listen:\n  - address: udp:127.0.0.1:5060\n    advertize: a.example\n",
      [
        "etc/signalbox.yaml:3:5 CONFIG_UNKNOWN_KEY listen[0].advertize is not a setting -> did you mean advertise?",
      ],
    ],
    [
      "a parameter of Kamailio's that is not there",
      "dispatcher: { ds_ping_interval: 10 }\n",
      [
        "etc/signalbox.yaml:1:15 CONFIG_UNKNOWN_KEY dispatcher.ds_ping_interval is not a setting -> Signalbox sends no pings yet; remove it",
      ],
    ],
    [
      "every problem at once, each with its place",
      "listen: ['tcp:127.0.0.1:5060']\nlimits:\n  time_ms: soon\n  memory_mb: 99999\nlog: { level: loud }\n",
      [
        'etc/signalbox.yaml:1:10 CONFIG_BAD_VALUE listen[0]: expected udp:ADDRESS:PORT with an IP address, such as udp:10.0.0.1:5060 or udp:[::1]:5060, found "tcp:127.0.0.1:5060" -> correct the value; docs/config.md gives the form and the range of every key',
        'etc/signalbox.yaml:3:12 CONFIG_BAD_VALUE limits.time_ms: expected a whole number from 1 to 10000 (milliseconds), found "soon" -> correct the value; docs/config.md gives the form and the range of every key',
        "etc/signalbox.yaml:4:14 CONFIG_BAD_VALUE limits.memory_mb: expected a whole number from 2 to 1024 (megabytes), found 99999 -> correct the value; docs/config.md gives the form and the range of every key",
        'etc/signalbox.yaml:5:15 CONFIG_BAD_VALUE log.level: expected one of debug, info, warn, error, found "loud" -> correct the value; docs/config.md gives the form and the range of every key',
      ],
    ],
    [
      "a key without a value",
      "routes:\n\nlist: x\n",
      [
        "etc/signalbox.yaml:1:1 CONFIG_BAD_VALUE routes: expected the path of a route script, found null -> correct the value; docs/config.md gives the form and the range of every key",
      ],
    ],
    [
      "a file that is no mapping",
      "- a\n",
      [
        'etc/signalbox.yaml:1:1 CONFIG_BAD_VALUE the config file: expected a mapping of settings, found ["a"] -> correct the value; docs/config.md gives the form and the range of every key',
      ],
    ],
    [
      "a key given twice",
      "routes: a.js\nroutes: b.js\n",
      ["etc/signalbox.yaml:2:1 CONFIG_BAD_YAML Map keys must be unique -> correct the YAML at this place"],
    ],
    [
      "an address given twice, and one that cannot be written in Via",
      "listen: ['udp:127.0.0.1:5060', 'udp:127.0.0.1', 'udp:0.0.0.0:5062']\n",
      [
        "etc/signalbox.yaml:1:32 LISTEN_BAD_ADDRESS udp:127.0.0.1:5060 is listened on twice -> remove one of them",
        "etc/signalbox.yaml:1:49 LISTEN_BAD_ADDRESS udp:0.0.0.0:5062 is every address of this machine, so there is none to write in Via and Record-Route -> name the addresses one by one, or give in the config file `advertise: HOST:PORT` for this one",
      ],
    ],
  ];
  for (const [name, text, expected] of rows) {
    it(name, () => expect(problemsOf(text)).toEqual(expected));
  }

  it("does not follow aliases that would fill the memory", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (const [from, to] of ["ab", "bc", "cd", "de", "ef"].map((pair) => [pair[0], pair[1]])) {
      bomb.push(
        `${to}: &${to} [*${from},*${from},*${from},*${from},*${from},*${from},*${from},*${from},*${from}]`,
      );
    }
    expect(problemsOf(bomb.join("\n"))[0]).toMatch(/CONFIG_BAD_YAML Excessive alias count/);
  });

  it("keeps a key named __proto__ out of the settings", () => {
    expect(problemsOf("__proto__: { routes: x.js }\n")).toEqual([
      expect.stringMatching(/^etc\/signalbox.yaml:1:1 CONFIG_UNKNOWN_KEY __proto__ is not a setting/),
    ]);
  });

  it("reports bad options without a place, beside what is wrong in the file", () => {
    expect(problemsOf("nonsense: 1\n", { listen: ["udp:localhost:5060"], logLevel: "loud" })).toEqual([
      expect.stringContaining("CONFIG_UNKNOWN_KEY"),
      expect.stringContaining(
        'OPTION_BAD_VALUE --listen: expected udp:ADDRESS:PORT with an IP address, found "udp:localhost:5060"',
      ),
      expect.stringContaining("OPTION_BAD_VALUE --log-level: expected one of debug, info, warn, error"),
    ]);
  });

  it("leaves for checking what is right in it", () => {
    const { usable } = buildConfig(
      "list: my.list\nlimits: { time_ms: soon }\nroutse: x.js\n",
      "signalbox.yaml",
    );
    expect(usable).toMatchObject({ list: "my.list", routes: "routes/main.js", limits: { time_ms: 50 } });
    expect(buildConfig("- a", "signalbox.yaml").usable).toMatchObject({ list: "dispatcher.list" });
    expect(buildConfig("a: [", "signalbox.yaml").usable).toBeUndefined();
  });

  it("says which file cannot be read", () => {
    expect(loadConfig({ config: "no/such.yaml" }).problems).toMatchObject([
      {
        code: "FILE_UNREADABLE",
        place: { file: "no/such.yaml" },
        message: expect.stringContaining("ENOENT"),
      },
    ]);
  });
});
