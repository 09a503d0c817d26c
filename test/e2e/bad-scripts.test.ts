/** Scripts that misbehave, each set off by the user of the request-URI: its own outcome, and the next call as if nothing were. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SignalboxProcess, Stage } from "../support/signalbox-process.ts";
import { Endpoint, Phone } from "./endpoints.ts";

const GOOD = `function request_route() {
  if (has_totag()) { if (loose_route()) { forward(); exit(); } drop(); }
  if (method != "INVITE") { sl_send_reply(200, "OK"); exit(); }
  record_route();
  if (!ds_select_dst(pv.get("$rU") == "nogroup" ? 7 : 1, 4)) { sl_send_reply(503, "No Destination"); exit(); }
  forward();
}
`;
const BAD = GOOD.replace(
  "  record_route();",
  `  const user = pv.get("$rU");
  if (user == "throw") null.x;
  if (user == "loop") while (true) {}
  if (user == "recurse") (function deep(n) { return deep(n + 1) + 1; })(0);
  if (user == "alloc") { const kept = []; for (;;) kept.push(new ArrayBuffer(1 << 20)); }
  if (user == "args") ds_select_dst("one", 4);
  if (user == "undecided") return;
  if (user == "twice") { sl_send_reply(486, "First"); sl_send_reply(404, "Second"); return; }
  if (user == "native") new Array(1e9) + "";
  record_route();`,
);

describe("a script that misbehaves", () => {
  const stage = new Stage();
  let endpoint: Endpoint;
  let proxy: SignalboxProcess;
  let phone: Phone;
  const good = async (): Promise<void> =>
    expect((await phone.call("100")).statuses, "a normal call").toEqual([200, 200]);

  beforeAll(async () => {
    endpoint = await Endpoint.open();
    proxy = await SignalboxProcess.start(stage, { script: GOOD, list: `1 ${endpoint.uri}\n` });
    phone = await Phone.open(proxy.port);
    expect(await proxy.saved("routes.js", BAD)).toMatchObject({ generation: 2 });
  });
  afterAll(() => {
    phone.close();
    endpoint.close();
    stage.close();
  });

  it.each([
    ["throw", 500, "SCRIPT_THROW", "routes.js:5:24"],
    ["loop", 500, "SCRIPT_TIME", "routes.js:6:"],
    ["recurse", 500, "SCRIPT_STACK", "routes.js:7:"],
    ["alloc", 500, "SCRIPT_MEMORY", "routes.js:8:"],
    ["args", 500, "SCRIPT_THROW", "routes.js:9:"],
    ["undecided", 500, "SCRIPT_UNDECIDED", "routes.js"],
    ["nogroup", 503, undefined, ""],
  ])("%s: answered %i, logged with its place, and the next call works", async (user, status, code, place) => {
    const from = proxy.log().length;
    expect((await phone.call(user)).statuses).toEqual([status]);
    if (code !== undefined) {
      const line = await proxy.logged((entry) => entry.code !== undefined, code, 3000, from);
      expect(line.code).toBe(code);
      expect(line.place).toContain(place);
    }
    await good();
  });

  it("decides twice: the first decision stands, and the second is logged with its place", async () => {
    const from = proxy.log().length;
    expect((await phone.call("twice")).statuses).toEqual([486]);
    const line = await proxy.logged((entry) => entry.level === 40, "the second decision", 3000, from);
    expect(line.msg).toMatch(/sl_send_reply\(404\) was ignored.*routes\.js:11:/);
    await good();
  });

  it("is refused when it throws, loops or stalls for every request, and the one before serves", async () => {
    for (const [body, code] of [
      ["null.x;", "SCRIPT_THROW"],
      ["while (true) {}", "SCRIPT_TIME"],
    ]) {
      const line = await proxy.saved("routes.js", `function request_route() { ${body} }\n`);
      expect(line.code).toBe(code);
      await good();
    }
    expect(await proxy.saved("routes.js", `${BAD}// again\n`)).toMatchObject({ level: 30 });
  });

  it("stalls in a native: the data plane is started again within 2 s on the script before", async () => {
    const from = proxy.log().length;
    const before = endpoint.invites;
    await phone.send(
      `INVITE sip:native@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKnative\r\nMax-Forwards: 70\r\n` +
        "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:native@127.0.0.1>\r\nCall-ID: native-1\r\nCSeq: 1 INVITE\r\n" +
        "Content-Length: 0\r\n\r\n",
    );
    // Placed while it stands still: its repeats find the new data plane.
    await good();
    expect(endpoint.invites).toBeGreaterThan(before);
    const stalled = await proxy.logged((line) => line.code === "STALLED", "the stall", 3000, from);
    expect(stalled.msg).toMatch(
      /request_route of routes\.js, at "INVITE sip:native@127\.0\.0\.1 SIP\/2\.0", Call-ID native-1/,
    );
    await proxy.logged((line) => line.msg.endsWith("generation 1 serves"), "what serves", 3000, from);
    // What stalled is not taken again; anything else is.
    await proxy.saved("routes.js", GOOD);
    expect(await proxy.saved("routes.js", `${BAD}// again\n`)).toMatchObject({ code: "STALL_REFUSED" });
    await good();
  });
});
