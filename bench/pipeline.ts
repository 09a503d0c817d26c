/** How long a whole message takes from the datagram to the text that is sent, without the sockets. */
import { Pipeline } from "../src/pipeline.ts";
import type { LocalListener } from "../src/proxy/local-identity.ts";
import { systemClock } from "../src/support/clock.ts";
import { newCounters } from "../src/support/counters.ts";
import { lineLogger } from "../src/support/log.ts";
import type { Benchmark } from "./benchmark.ts";
import { benchedGeneration } from "./generation.ts";
import { CALLER_HOST, INVITE, ok, PORT } from "./messages.ts";

export async function pipelineBenchmarks(): Promise<Benchmark[]> {
  const { program, local } = await benchedGeneration();
  const counters = newCounters();
  const out = Buffer.alloc(65_536);
  let sent = "";
  const pipeline = new Pipeline(
    {
      local,
      clock: systemClock,
      log: lineLogger("info", systemClock.wallClock, () => {}),
      counters,
      tagSecret: "00000000",
      send: (_from, text) => {
        out.write(text, 0, "latin1");
        sent = text;
      },
      announce: () => {},
    },
    program,
  );
  const listener = local.listeners[0] as LocalListener;
  const passing = (
    name: string,
    text: string,
    counted: "requests_forwarded" | "responses_forwarded",
  ): Benchmark => {
    const datagram = Buffer.from(text, "latin1");
    return {
      name,
      run(times) {
        const before = counters[counted];
        for (let n = 0; n < times; n++) pipeline.receive(datagram, listener, CALLER_HOST, PORT);
        return counters[counted] - before;
      },
    };
  };
  const invite = passing("pipeline INVITE", INVITE, "requests_forwarded");
  invite.run(1);
  const ownVia = /^Via: .*\r\n/m.exec(sent)?.[0];
  if (ownVia === undefined) throw new Error("The INVITE was not forwarded");
  return [invite, passing("pipeline 200", ok(ownVia), "responses_forwarded")];
}
