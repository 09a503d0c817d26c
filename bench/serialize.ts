/** How long it takes to write a message with the edits of a usual forward: a Via on top, or the top one off. */
import { Edits } from "../src/sip/edits.ts";
import { HeaderId } from "../src/sip/header-name.ts";
import type { HeaderLine, SipMessage } from "../src/sip/message.ts";
import { parseMessage } from "../src/sip/parse.ts";
import type { Benchmark } from "./benchmark.ts";
import { INVITE, OK } from "./messages.ts";

const VIA = "Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKexample.0\r\n";

export function serializeBenchmarks(): Benchmark[] {
  return [
    serializing("serialize INVITE", INVITE, (message, edits) => {
      edits.replace(message.line(HeaderId.MAX_FORWARDS) as HeaderLine, "Max-Forwards: 69\r\n");
      edits.insertRecordRoute("Record-Route: <sip:198.51.100.1:5060;lr>\r\n");
      edits.prepend(VIA);
    }),
    serializing("serialize 200", OK, (message, edits) => {
      edits.remove(message.line(HeaderId.VIA) as HeaderLine);
    }),
  ];
}

function serializing(
  name: string,
  text: string,
  edit: (message: SipMessage, edits: Edits) => void,
): Benchmark {
  const message = parseMessage(text);
  if (message.kind === "failure") throw new Error(message.reason);
  const out = Buffer.alloc(65_536);
  return {
    name,
    run(times) {
      let good = 0;
      for (let n = 0; n < times; n++) {
        const edits = new Edits(message);
        edit(message, edits);
        // Into bytes, since a text that was joined is not one text until somebody reads it.
        if (out.write(edits.serialize(), 0, "latin1") > 0) good++;
      }
      return good;
    },
  };
}
