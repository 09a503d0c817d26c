/** How long it takes to make a message of a text, with the values that every request and response is asked for. */
import { parseMessage } from "../src/sip/parse.ts";
import type { Benchmark } from "./benchmark.ts";
import { INVITE, OK } from "./messages.ts";

export function parseBenchmarks(): Benchmark[] {
  return [
    parsing("parse INVITE", Buffer.from(INVITE, "latin1")),
    parsing("parse 200", Buffer.from(OK, "latin1")),
  ];
}

/** From the bytes, so that no run finds a text that V8 has looked into before. */
function parsing(name: string, datagram: Buffer): Benchmark {
  return {
    name,
    run(times) {
      let good = 0;
      for (let n = 0; n < times; n++) {
        const message = parseMessage(datagram.toString("latin1"));
        if (message.kind !== "failure" && message.topVia && message.cseq && message.to) good++;
      }
      return good;
    },
  };
}
