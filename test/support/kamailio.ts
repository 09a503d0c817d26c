/**
 * A real Kamailio as the oracle: started on a free loopback port with a dispatcher list, asked by SIP requests, and
 * answering with what it chose in the reason phrase. Tests skip where it is not installed.
 */
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the dispatcher module is, wherever the distribution puts it. */
function findModules(): string | undefined {
  const roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"].filter((root) =>
    existsSync(root),
  );
  const triplets = roots.flatMap((root) => readdirSync(root).map((name) => join(root, name)));
  return [...roots, ...triplets]
    .map((root) => join(root, "kamailio", "modules"))
    .find((modules) => existsSync(join(modules, "dispatcher.so")));
}

const modules = findModules();
const version = spawnSync("kamailio", ["-v"], { encoding: "utf8" }).stdout ?? "";

/** For `describe.skipIf`: undefined when the oracle can be asked. */
export const kamailioMissing: string | undefined =
  modules === undefined || version === ""
    ? "kamailio with its dispatcher module is not installed"
    : undefined;
export const kamailioVersion: string = /kamailio (\S+)/.exec(version)?.[1] ?? "";

export interface Question {
  /** Start line and headers but Via and Content-Length, without CRLF; one character per byte. */
  readonly startLine: string;
  readonly headers: readonly string[];
}

const ATTEMPTS = 8;
const ATTEMPT_MS = 400;
const IN_FLIGHT = 40;

export class Kamailio {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, (reply: string) => void>();
  #log = "";
  #asked = 0;

  private constructor(port: number, folder: string, child: ChildProcess, socket: Socket) {
    this.port = port;
    this.#folder = folder;
    this.#child = child;
    this.#socket = socket;
    child.stderr?.on("data", (chunk) => {
      this.#log = (this.#log + chunk).slice(-8000);
    });
    socket.on("message", (bytes) => {
      const text = bytes.toString("latin1");
      const branch = /branch=z9hG4bK-(\d+)/.exec(text)?.[1];
      if (branch !== undefined) this.#waiting.get(branch)?.(text);
    });
  }

  /** `params`: lines of modparam for the dispatcher; `route`: the body of request_route. */
  static async start(
    list: string,
    params: Readonly<Record<string, string | number>>,
    route: string,
  ): Promise<Kamailio> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "oracle-"));
    const listFile = join(folder, "dispatcher.list");
    writeFileSync(listFile, Buffer.from(list, "latin1"));
    const settings = Object.entries({ list_file: listFile, ...params }).map(
      ([name, value]) =>
        `modparam("dispatcher", "${name}", ${typeof value === "number" ? value : `"${value}"`})`,
    );
    const cfg = [
      "debug=-1",
      "children=1",
      "disable_tcp=yes",
      "auto_aliases=no",
      "dns=no",
      "rev_dns=no",
      `listen=udp:127.0.0.1:${port}`,
      `mpath="${modules}"`,
      ...["sl", "pv", "textops", "siputils", "dispatcher"].map((name) => `loadmodule "${name}.so"`),
      ...settings,
      `request_route {\n${route}\n}`,
    ].join("\n");
    const cfgFile = join(folder, "oracle.cfg");
    writeFileSync(cfgFile, `${cfg}\n`);
    const args = ["-DD", "-E", "-f", cfgFile, "-Y", folder, "-P", join(folder, "pid"), "-m", "32", "-M", "8"];
    const child = spawn("kamailio", args, { stdio: ["ignore", "ignore", "pipe"] });
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const oracle = new Kamailio(port, folder, child, socket);
    try {
      await oracle.ask({ startLine: "OPTIONS sip:ready@127.0.0.1 SIP/2.0", headers: COMMON });
    } catch (error) {
      await oracle.stop();
      throw error;
    }
    return oracle;
  }

  /** The reason phrase of a 2xx; undefined for any other answer. */
  async ask(question: Question): Promise<string | undefined> {
    const branch = String(this.#asked++);
    const via = `Via: SIP/2.0/UDP 127.0.0.1:${this.#socket.address().port};branch=z9hG4bK-${branch}`;
    const lines = [question.startLine, via, ...question.headers, "Content-Length: 0", "", ""];
    const bytes = Buffer.from(lines.join("\r\n"), "latin1");
    const reply = await new Promise<string>((resolve, reject) => {
      let attempts = 0;
      let timer: NodeJS.Timeout;
      const attempt = () => {
        if (attempts++ === ATTEMPTS) {
          this.#waiting.delete(branch);
          reject(new Error(`kamailio does not answer ${question.startLine}\n${this.#log}`));
          return;
        }
        timer = setTimeout(attempt, ATTEMPT_MS);
        this.#socket.send(bytes, this.port, "127.0.0.1");
      };
      this.#waiting.set(branch, (text) => {
        clearTimeout(timer);
        this.#waiting.delete(branch);
        resolve(text);
      });
      attempt();
    });
    return /^SIP\/2\.0 2\d\d ([^\r\n]*)/.exec(reply)?.[1];
  }

  /** Asks them in order, some ahead of the answers; one worker and loopback keep the order. */
  async askAll(questions: readonly Question[]): Promise<(string | undefined)[]> {
    const answers: (string | undefined)[] = [];
    for (let at = 0; at < questions.length; at += IN_FLIGHT) {
      answers.push(
        ...(await Promise.all(questions.slice(at, at + IN_FLIGHT).map((question) => this.ask(question)))),
      );
    }
    return answers;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGTERM");
      const impatience = setTimeout(() => this.#child.kill("SIGKILL"), 3000);
      await ended;
      clearTimeout(impatience);
    }
    this.#socket.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Headers that every request needs, for questions that do not care. */
export const COMMON: readonly string[] = [
  "From: <sip:a@127.0.0.1>;tag=1",
  "To: <sip:b@127.0.0.1>",
  "Call-ID: ready",
  "CSeq: 1 OPTIONS",
  "Max-Forwards: 70",
];

function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
