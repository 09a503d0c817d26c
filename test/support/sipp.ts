/** SIPp at both ends: answerers that stay, and callers that place a batch of calls and end. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, waitFor } from "../../bench/kamailio/processes.ts";
import { freePorts, isBound } from "../../bench/kamailio/udp.ts";
import { ROOT, type Stage } from "./signalbox-process.ts";

/** Why SIPp tests are skipped; undefined where they run. */
export const NO_SIPP =
  spawnSync("sipp", ["-v"]).error === undefined
    ? undefined
    : "skipped: the program sipp is not installed (Debian: apt-get install sip-tester)";

const SCENARIOS = join(ROOT, "test/e2e/sipp");

export interface SippAnswerer {
  readonly port: number;
  readonly uri: string;
  readonly program: Program;
  /** What it has received and sent; only the one that was started with `trace`. */
  messages(): string;
}

export interface AnswererOptions {
  readonly host?: string;
  /** A file of test/e2e/sipp. */
  readonly scenario: string;
  /** Records messages. */
  readonly trace?: boolean;
}

export async function startAnswerers(
  stage: Stage,
  count: number,
  { host = "127.0.0.1", scenario, trace = false }: AnswererOptions,
): Promise<SippAnswerer[]> {
  const answerers: SippAnswerer[] = [];
  for (const port of await freePorts(count)) {
    const file = stage.path(`answerer-${port}.log`);
    const argv = [
      ...["sipp", "-sf", join(SCENARIOS, scenario), "-i", host, "-p", String(port), "-nostdin"],
      ...(trace ? ["-trace_msg", "-message_file", file] : []),
    ];
    const program = await stage.processes.start(`answerer ${port}`, argv);
    const uri = `sip:${host.includes(":") ? `[${host}]` : host}:${port}`;
    answerers.push({ port, uri, program, messages: () => textOf(file) });
  }
  for (const { port, program } of answerers) {
    const settled = () => isBound(port) || program.outcome() !== undefined;
    if (!(await waitFor(settled, 5000)) || program.outcome() !== undefined)
      throw new Error(`The SIPp answerer on ${port} did not start:\n${program.output()}`);
  }
  return answerers;
}

export interface CallerOptions {
  /** A file of test/e2e/sipp. */
  readonly scenario: string;
  readonly proxyPort: number;
  readonly calls?: number;
  /** Calls a second. */
  readonly rate?: number;
  readonly trace?: boolean;
}

export interface CallerResult {
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** With `trace`: what it has sent and received. */
  readonly messages: string;
}

/** A call that hears nothing for so long has failed. */
const SILENCE_LIMIT_MS = 5000;
let callers = 0;

/** Places the calls and waits for the last to end. */
export async function placeCalls(stage: Stage, options: CallerOptions): Promise<CallerResult> {
  const { scenario, proxyPort, calls = 1, rate = 10, trace = true } = options;
  const [port = 0] = await freePorts(1);
  const name = `caller-${++callers}`;
  const messages = stage.path(`${name}.log`);
  const statistics = stage.path(`${name}.csv`);
  const argv = [
    ...["sipp", "-sf", join(SCENARIOS, scenario), `127.0.0.1:${proxyPort}`, "-i", "127.0.0.1"],
    ...[
      "-p",
      String(port),
      "-nostdin",
      "-buff_size",
      "4000000",
      "-r",
      String(rate),
      "-m",
      String(calls),
      "-l",
      String(calls),
    ],
    ...["-recv_timeout", String(SILENCE_LIMIT_MS), "-trace_stat", "-fd", "1", "-stf", statistics],
    ...(trace ? ["-trace_msg", "-message_file", messages] : []),
  ];
  const program = await stage.processes.start(name, argv);
  await stage.processes.ended(program, (calls / rate) * 1500 + 2 * SILENCE_LIMIT_MS + 5000);
  return { ...countersOf(textOf(statistics), program), messages: textOf(messages) };
}

/** SIPp's counters are a semicolon-separated file; the last line holds the totals. */
function countersOf(text: string, program: Program): Omit<CallerResult, "messages"> {
  const lines = text.trim().split("\n");
  const titles = (lines[0] ?? "").split(";");
  const values = (lines.at(-1) ?? "").split(";");
  const value = (title: string): number => {
    const column = titles.indexOf(title);
    if (column < 0 || lines.length < 2) throw new Error(`SIPp counted nothing:\n${program.output()}`);
    return Number(values[column]);
  };
  return {
    succeeded: value("SuccessfulCall(C)"),
    failed: value("FailedCall(C)"),
    retransmissions: value("Retransmissions(C)"),
  };
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "latin1") : "";
}
