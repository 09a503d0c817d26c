/** Route scripts in the real sandbox: decisions, limits, faults and their places, state between messages. */
import { afterAll, describe, expect, it } from "vitest";
import { formatProblem } from "../../src/support/problem.ts";
import { requestText } from "../support/sip-message.ts";
import { closeProxies, startProxy } from "../support/sip-proxy.ts";
import { closeBenches, load, routeBench, TickingClock } from "./route-bench.ts";

afterAll(async () => {
  await closeBenches();
  await closeProxies();
});

/** What a script decides, as the kinds of its actions. */
async function decided(body: string, message?: string): Promise<string> {
  const run = (await routeBench(`function request_route(req) { ${body} }`)).request(message);
  return run.ok ? run.actions.map(({ kind }) => kind).join(" ") : run.problem.message;
}

describe("what is decided", () => {
  it.each([
    [
      "the seed",
      'if (method == "INVITE") { ds_select_dst("1","4"); sl_send_reply("100","Trying"); forward(); exit(); }',
      "selected destination-uri reply forward",
    ],
    ["nothing", "", ""],
    ["the first of two", 'sl_send_reply(404, "Not Found"); forward();', "reply"],
    ["exit in a nested function", "const f = () => exit(); forward(); f(); drop();", "forward"],
    ["drop after a decision", "forward(); drop();", "forward"],
    ["drop", "drop(); forward();", "drop"],
    ["no set", 'if (!ds_select_dst(99, 4)) sl_send_reply(503, "None");', "reply"],
    [
      "by the object",
      'req.uri = "sip:b@c"; req.destinationUri = "sip:d"; req.appendHeader("X", "1"); req.forward();',
      "request-uri destination-uri append-header forward",
    ],
    [
      "by KSR",
      'KSR.pv.sets("$du", "sip:203.0.113.8"); KSR.sl.sl_send_reply("100", "Trying"); KSR.forward(); KSR.x.exit();',
      "destination-uri reply forward",
    ],
  ])("%s", async (_name, body, kinds) => {
    expect(await decided(body)).toBe(kinds);
  });

  it("a second decision is logged with its place in the user's file", async () => {
    const bench = await routeBench(
      'function request_route() {\n  forward();\n  sl_send_reply(404, "No");\n}',
    );
    bench.request();
    expect(bench.log).toEqual([
      expect.stringMatching(/sl_send_reply\(404\) was ignored: forward\(\).*route\.js:3:/),
    ]);
  });
});

describe("what is set shows", () => {
  it.each([
    ["$ru", '"sip:x@y"', "sip:x@y"],
    ["$rU", '"bob"', "sip:bob@203.0.113.9"],
    ["$rd", '"b.example"', "sip:100@b.example"],
    ["$rp", "5090", "sip:100@203.0.113.9:5090"],
  ])("%s", async (name, value, uri) => {
    const bench = await routeBench(
      `function request_route() { pv.set("${name}", ${value}); log.info(pv.get("$ru")); }`,
    );
    bench.request();
    expect(bench.log).toEqual([uri]);
  });
});

it("prefetched pseudo-variables have the same values as those that are asked for", async () => {
  const names = ["$fU", "$ml", "$rb", "$hdr(X)", "$hdr(Y)", "$cs", "$tt", "$fn"];
  const bench = await routeBench(
    `function request_route() { log.info(JSON.stringify(${JSON.stringify(names)}.map((n) => pv.get(n)))); }`,
  );
  const message = requestText({
    from: '"A" <sip:al@h>;tag=1',
    extra: ["X: \xc3\xa9", "Y:"],
    body: "v=0\r\no=1\r\n",
  });
  for (let n = 0; n < 3; n++) bench.request(message);
  expect(bench.log).toEqual([bench.log[0], bench.log[0], bench.log[0]]);
  expect(JSON.parse(bench.log[0] ?? "")).toEqual([
    "al",
    message.length,
    "v=0\r\no=1\r\n",
    "é",
    "",
    "1",
    null,
    "A",
  ]);
});

it("UTF-8 goes through a script and out again as the same bytes", async () => {
  const proxy = await startProxy({
    route:
      'function request_route() { append_hf("Y: " + pv.get("$hdr(X)") + "ß"); forward("sip:203.0.113.9:5070"); }',
  });
  const [sent] = proxy.receive(requestText({ extra: ["X: \xc3\xa9"] }));
  expect(sent?.text).toContain("\r\nY: \xc3\xa9\xc3\x9f\r\n");
});

describe("faults", () => {
  it.each([
    ["SCRIPT_THROW", "null.x;"],
    ["SCRIPT_TIME", "for (;;) {}"],
    ["SCRIPT_STACK", "const f = () => f() + 1; f();"],
    ["SCRIPT_MEMORY", "const a = []; for (;;) a.push(new Array(1000).fill(1));"],
  ])("%s, and the next request runs", async (code, bad) => {
    const bench = await routeBench(
      `let runs = 0;\nfunction request_route() {\n  runs++; log.info(runs);\n  if (method === "OPTIONS") { ${bad} }\n  forward();\n}`,
      new TickingClock(),
    );
    bench.request();
    const run = bench.request(requestText({ method: "OPTIONS" }));
    expect(run.ok ? "" : run.problem.code).toBe(code);
    expect(bench.request().ok).toBe(true);
    // Module state survives a throw, and is fresh behind a limit.
    expect(bench.log).toEqual(["1", "2", code === "SCRIPT_THROW" ? "3" : "1"]);
  });

  it("a throw is reported with the place and the line of the user's own file", async () => {
    const bench = await routeBench("function request_route() {\n  const x = null;\n  x.y();\n}");
    const run = bench.request();
    expect(run.ok ? "" : formatProblem(run.problem)).toMatch(
      /route\.js:3:\d+: request_route: TypeError: .*3 \| {3}x\.y\(\);\n +\^/s,
    );
  });

  it.each([
    ["an async route", "async function request_route() { forward(); }", /request_route is async/],
    [
      "a pseudo-variable that there is not",
      'function request_route() { pv.get("$zz"); }',
      /no pseudo-variable \$zz/,
    ],
    [
      "the name of an object's own",
      'function request_route() { pv.get("constructor"); }',
      /no pseudo-variable constructor/,
    ],
  ])("%s", async (_name, source, message) => {
    const run = (await routeBench(source)).request();
    expect(run.ok ? "" : run.problem.message).toMatch(message);
  });

  it("a built-in while the file is loaded is a problem of the file", async () => {
    const found = await load("forward();\nfunction request_route() {}");
    expect(found).toMatchObject({ code: "SCRIPT_THROW", place: { line: 1 } });
  });

  it("is a 500 on the wire; silence for an undecided ACK", async () => {
    const proxy = await startProxy({
      route: 'function request_route() { if (method === "BYE") throw new Error("x"); }',
    });
    expect(proxy.receive(requestText({ method: "BYE" }))[0]?.text).toMatch(/^SIP\/2.0 500 /);
    expect(proxy.receive(requestText({ method: "OPTIONS" }))[0]?.text).toMatch(/^SIP\/2.0 500 /);
    expect(proxy.receive(requestText({ method: "ACK" }))).toEqual([]);
    expect(proxy.counters).toMatchObject({ script_errors: 1, script_undecided: 1 });
  });
});

it("reply_route edits, drops and counts; what may not be called there is refused", async () => {
  const bench = await routeBench(`function request_route() {}
    function reply_route(res) {
      if (res.status === 180) drop();
      if (res.status === 183) forward();
      append_hf("X: " + res.reason); remove_hf("Subject"); ds_load_update();
    }`);
  const reply = (status: string) =>
    bench.reply(
      requestText({ extra: ["Subject: s"], via: ["SIP/2.0/UDP h;branch=z9hG4bK1"] }).replace(
        /^[^\r]*/,
        `SIP/2.0 ${status}`,
      ),
    );
  expect(reply("200 OK")).toMatchObject({
    actions: [
      { kind: "append-header", lines: "X: OK\r\n" },
      { kind: "remove-header", name: "Subject" },
    ],
  });
  expect(reply("180 Ringing")).toMatchObject({ actions: [{ kind: "drop" }] });
  expect(reply("183 P")).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining("cannot be called in reply_route") },
  });
});
