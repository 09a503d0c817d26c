/** Plugins, lists and datagrams that misbehave, and starts that cannot be: each with a clear outcome, nothing else disturbed. */

import { createSocket } from "node:dgram";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, runToEnd, SignalboxProcess, Stage, writeFiles } from "../support/signalbox-process.ts";
import { Endpoint, Phone } from "./endpoints.ts";

const CORPUS = process.env.SIGNALBOX_CORPUS ?? join(ROOT, "../shared/corpus/rfc4475");
const SCRIPT = `function request_route() {
  if (has_totag()) { if (loose_route()) { forward(); exit(); } drop(); }
  if (method != "INVITE") { sl_send_reply(200, "OK"); exit(); }
  record_route();
  if (!ds_select_dst(1, "mine")) { sl_send_reply(503, "No Destination"); exit(); }
  forward();
}
`;
const plugin = (pick: string, before = ""): string => `import { defineAlgorithm } from "signalbox/plugin";
${before}
export const mine = defineAlgorithm({
  name: "mine",
  summary: "For a test.",
  createPicker: () => ({ update(candidates) { this.size = candidates.length; }, pick(input) { ${pick} } }),
});
`;

describe("bad input", () => {
  const stage = new Stage();
  let endpoint: Endpoint;
  let proxy: SignalboxProcess;
  let phone: Phone;
  const good = async (): Promise<void> => expect((await phone.call()).statuses, "a call").toEqual([200, 200]);

  beforeAll(async () => {
    endpoint = await Endpoint.open();
    proxy = await SignalboxProcess.start(stage, {
      script: SCRIPT,
      list: `1 ${endpoint.uri}\n`,
      plugins: { "mine.ts": plugin("return 0;") },
    });
    phone = await Phone.open(proxy.port);
  });
  afterAll(() => {
    phone.close();
    endpoint.close();
    stage.close();
  });

  it.each([
    ["throws at load", plugin("return 0;", 'throw new Error("no");'), "PLUGIN_THROWS"],
    ["returns 1.5", plugin("return 1.5;"), "PLUGIN_BAD_PICK"],
    ["returns an index out of range", plugin("return this.size;"), "PLUGIN_BAD_PICK"],
    ["does not compile", plugin("return 0").slice(0, -6), "PLUGIN_SYNTAX"],
  ])("a plugin that %s is refused, and the old one serves", async (_name, text, code) => {
    expect((await proxy.saved("plugins/mine.ts", text)).code).toBe(code);
    await good();
  });

  it("a plugin that throws while it serves: after five in a row the set uses round-robin, and the log says so once", async () => {
    const throwing = plugin('if (input.callId?.startsWith("call-")) throw new Error("busy"); return 0;');
    expect(await proxy.saved("plugins/mine.ts", throwing)).toMatchObject({ level: 30 });
    const from = proxy.log().length;
    for (let n = 0; n < 4; n++) expect((await phone.call()).statuses).toEqual([503]);
    await phone.call();
    await good();
    await good();
    expect(
      proxy
        .log()
        .slice(from)
        .filter((line) => line.code === "ALGORITHM_FAILED"),
    ).toHaveLength(1);
    expect(await proxy.saved("plugins/mine.ts", plugin("return 0; /* mended */"))).toMatchObject({
      level: 30,
    });
    await good();
  });

  it.each([
    ["a bad line", `1 ENDPOINT\n1 sip:bad host\n`, "LIST_BAD_NUMBER", "dispatcher.list:2:11"],
    ["a bad attribute", "1 ENDPOINT 0 0 weight=200\n", "LIST_BAD_ATTRIBUTE", "dispatcher.list:1:"],
  ])("a list with %s is refused as a whole", async (_name, text, code, place) => {
    const line = await proxy.saved("dispatcher.list", text.replace("ENDPOINT", endpoint.uri));
    expect(line.code).toBe(code);
    expect(line.place).toContain(place);
    await good();
    await proxy.saved("dispatcher.list", `1 ${endpoint.uri}\n# after ${code}\n`);
  });

  it("an empty list leaves no destination, and the script answers", async () => {
    await proxy.saved("dispatcher.list", "# nothing\n");
    expect((await phone.call()).statuses).toEqual([503]);
    await proxy.saved("dispatcher.list", `1 ${endpoint.uri}\n`);
    await good();
  });

  const invite = (extra: string): string =>
    `INVITE sip:1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n` +
    `To: <sip:c@d>\r\nCall-ID: bad\r\nCSeq: 1 INVITE\r\n${extra}\r\n`;
  it.each([
    ["bytes that are no text", Buffer.from(Array.from({ length: 900 }, (_, n) => (n * 167 + 13) & 255))],
    ["64 kB of blanks", Buffer.alloc(65_000, " ")],
    ["64 kB of line ends", Buffer.alloc(65_000, "\r\n")],
    ["a __proto__ parameter", invite("").replace("branch", "__proto__=1;branch")],
    ["a negative Content-Length", invite("Content-Length: -1\r\n")],
    ["a huge Content-Length", invite("Content-Length: 99999999999\r\n")],
    ["a Content-Length beyond the datagram", invite("Content-Length: 70000\r\n")],
  ])("datagram: %s", async (_name, datagram) => {
    await phone.send(datagram);
    await good();
  });

  it("every message of RFC 4475", async ({ skip }) => {
    skip(!existsSync(CORPUS), `the corpus is not at ${CORPUS}`);
    for (const file of readdirSync(CORPUS)) await phone.send(readFileSync(join(CORPUS, file)));
    await good();
  });
});

describe("a start that cannot be", () => {
  const stage = new Stage();
  afterAll(() => stage.close());

  it("names the port that is in use", async () => {
    const taken = createSocket("udp4");
    await new Promise<void>((resolve) => taken.bind(0, "127.0.0.1", resolve));
    const { port } = taken.address();
    writeFiles(stage, { script: SCRIPT, list: "1 sip:127.0.0.1:9\n", listen: [`udp:127.0.0.1:${port}`] });
    const ended = await runToEnd(stage, ["run", "--config", "signalbox.yaml"]);
    taken.close();
    expect(ended.status).toBe(1);
    expect(ended.output).toContain(`Cannot listen on udp:127.0.0.1:${port}: the port is in use`);
  });

  it("check reports script, list, plugin and config at once, each with its place", async () => {
    writeFiles(stage, {
      script: "function request_route( {\n",
      list: "1 sip:127.0.0.1:9\none sip:127.0.0.1:9\n",
      plugins: { "broken.js": "export const = 1;\n" },
      config: "colour: red\n",
    });
    const ended = await runToEnd(stage, ["check", "--config", "signalbox.yaml"]);
    expect(ended.status).toBe(1);
    for (const place of [
      "routes.js:1:",
      "dispatcher.list:2:1",
      "plugins/broken.js:1:",
      "signalbox.yaml:6:1",
    ]) {
      expect(ended.output).toContain(place);
    }
  });
});
