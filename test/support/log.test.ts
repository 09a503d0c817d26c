/** support/log, log-output and secrets: the lines, their order, and what they never hold. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lineLogger, logProblem, serialiseLine, withoutSecrets } from "../../src/support/log.ts";
import { createLog } from "../../src/support/log-output.ts";
import { problem } from "../../src/support/problem.ts";
import { jsonWithoutSecrets } from "../../src/support/secrets.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const DIGEST = `Digest username="alice", realm="a\\"b", response="${SECRET}"`;

describe("message text without secrets", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["a header", `A: 1\r\nAuthorization: ${DIGEST}\r\nB: 2\r\n`, "A: 1\r\nAuthorization: ***\r\nB: 2\r\n"],
    ["any case, blanks", `proxy-AUTHORIZATION \t: ${DIGEST}\r\n`, "proxy-AUTHORIZATION \t: ***\r\n"],
    [
      "a folded header",
      "Authorization: Digest a,\r\n response=b,\r\n\tc=d\r\nB: 2",
      "Authorization: ***\r\nB: 2",
    ],
    ["an empty header", "Authorization:\r\nB: 2\r\n", "Authorization:***\r\nB: 2\r\n"],
    [
      "two headers",
      "Authorization: x\nProxy-Authorization: y\nC: z",
      "Authorization: ***\nProxy-Authorization: ***\nC: z",
    ],
    ["a value alone", `was ${DIGEST}`, 'was Digest username="alice", realm="a\\"b", response="***"'],
    ["a challenge stays", 'WWW-Authenticate: Digest realm="x"', 'WWW-Authenticate: Digest realm="x"'],
    ["other text stays", "no authorization was given", "no authorization was given"],
  ];
  for (const [name, text, expected] of rows) it(name, () => expect(withoutSecrets(text)).toBe(expected));
});

describe("JSON lines without secrets", () => {
  const rows: readonly (readonly [string, object])[] = [
    ["a field of that name", { Authorization: DIGEST, after: 1 }],
    ["a nested field", { headers: { "proxy-authorization": DIGEST }, after: 1 }],
    ["a list", { authorization: [DIGEST, `]${SECRET}`], after: 1 }],
    ["a parsed header", { authorization: { scheme: "}", response: SECRET, other: SECRET }, after: 1 }],
    [
      "message text in a field",
      { message: `Authorization: ${DIGEST}\r\n folded="${SECRET}"\r\nB: 2`, after: 1 },
    ],
    ["a value alone", { value: DIGEST, after: 1 }],
  ];
  for (const [name, fields] of rows) {
    it(`${name}: stays JSON, keeps the rest`, () => {
      const line = jsonWithoutSecrets(JSON.stringify(fields));
      expect(line).not.toContain(SECRET);
      expect(line).toContain("***");
      expect(JSON.parse(line)).toMatchObject({ after: 1 });
    });
  }

  it("keeps the header after a masked one", () => {
    const line = jsonWithoutSecrets(JSON.stringify({ message: `Authorization: ${DIGEST}\r\nB: 2` }));
    expect(JSON.parse(line)).toEqual({ message: "Authorization: ***\r\nB: 2" });
  });

  it("takes time in proportion to the text", () => {
    // A pattern that went over the text once for each beginning would take minutes here.
    for (const unit of [
      "authorization:",
      "response=",
      '"authorization":[',
      '"authorization":"\\',
      "authorization \t",
    ]) {
      jsonWithoutSecrets(unit.repeat(20_000));
      withoutSecrets(unit.repeat(20_000));
    }
  }, 5000);
});

describe("a logger without pino", () => {
  it("writes pino's lines, and nothing below its level", () => {
    const lines: string[] = [];
    const log = lineLogger(
      "info",
      () => 42,
      (line) => lines.push(line),
    );
    log.debug({}, "not this");
    log.warn({ set: 1 }, "this");
    expect(lines).toEqual(['{"level":40,"time":42,"set":1,"msg":"this"}\n']);
    expect([log.isLevelEnabled("debug"), log.isLevelEnabled("info")]).toEqual([false, true]);
  });

  it("logs a problem with its place, code and remedy", () => {
    const lines: string[] = [];
    const log = lineLogger(
      "info",
      () => 42,
      (line) => lines.push(line),
    );
    logProblem(
      log,
      "error",
      problem("LIST_BAD_LINE", "no URI", { file: "a.list", line: 3, column: 1 }, "add one"),
    );
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 50,
      time: 42,
      code: "LIST_BAD_LINE",
      place: "a.list:3:1",
      remedy: "add one",
      msg: "no URI",
    });
  });
});

describe("the log of the main thread", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-log-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function written(pretty: boolean): Promise<string[]> {
    const file = join(folder, "log");
    const log = createLog({ level: "info", pretty, colour: false, to: file });
    log.info({ port: 5060 }, "first");
    log.lineSink()(
      `${serialiseLine("info", 42, {}, "second")}${serialiseLine("warn", 43, {}, `Authorization: ${DIGEST}`)}`,
    );
    log.debug({}, "not this");
    log.error({ authorization: DIGEST }, "last");
    await log.close();
    return readFileSync(file, "utf8").trimEnd().split("\n");
  }

  it("writes its own lines and those of the data plane in order, as JSON, without secrets", async () => {
    const lines = (await written(false)).map((line) => JSON.parse(line));
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      [30, "first"],
      [30, "second"],
      [40, "Authorization: ***"],
      [50, "last"],
    ]);
    expect(lines[0]).toEqual({ level: 30, time: expect.any(Number), port: 5060, msg: "first" });
    expect(lines[3]).toMatchObject({ authorization: "***" });
  });

  it("writes them pretty in the same order, one line each", async () => {
    const lines = await written(true);
    expect(lines.map((line) => line.replace(/^\[.*?\] /, ""))).toEqual([
      'INFO: first {"port":5060}',
      "INFO: second",
      "WARN: Authorization: ***",
      'ERROR: last {"authorization":"***"}',
    ]);
  });
});
