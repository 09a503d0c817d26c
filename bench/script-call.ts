/** How long the default route script takes for a request, in the real sandbox: snapshot in, verdict out and parsed. */
import { preprocessRoute } from "../src/proxy/preprocess.ts";
import { parseMessage } from "../src/sip/parse.ts";
import type { Benchmark } from "./benchmark.ts";
import { benchedGeneration } from "./generation.ts";
import { BYE, CALLER_HOST, INVITE, OWN_HOST, PORT } from "./messages.ts";

export async function scriptCallBenchmarks(): Promise<Benchmark[]> {
  const { program, local } = await benchedGeneration();
  const calling = (name: string, text: string): Benchmark => {
    const message = parseMessage(text);
    if (message.kind !== "request") throw new Error(`${name}: no request`);
    const view = {
      message,
      sourceIp: CALLER_HOST,
      sourcePort: PORT,
      receivedIp: OWN_HOST,
      receivedPort: PORT,
      protocol: "udp",
      route: preprocessRoute(message, local),
    };
    return {
      name,
      run(times) {
        let forwarded = 0;
        for (let n = 0; n < times; n++) {
          const run = program.runRequest(view);
          if (run.ok && run.actions.some(({ kind }) => kind === "forward")) forwarded++;
        }
        return forwarded;
      },
    };
  };
  return [calling("script-call INVITE", INVITE), calling("script-call in-dialog BYE", BYE)];
}
