/** The log of the main thread: pino to an asynchronous destination, JSON, or pretty lines on a terminal. */
import type { DestinationStream } from "pino";
import { destination, pino, stdTimeFunctions } from "pino";
import pinoPretty from "pino-pretty";
import type { Log, LogLevel } from "./log.ts";
import { jsonWithoutSecrets } from "./secrets.ts";

export interface LogOptions {
  readonly level: LogLevel;
  readonly pretty: boolean;
  /** Colours in pretty lines. */
  readonly colour?: boolean;
  /** A file descriptor or a path; standard output when absent. */
  readonly to?: number | string;
}

export function createLog({ level, pretty, colour = true, to = 1 }: LogOptions): Log {
  const output = destination({ dest: to, sync: false });
  // A reader that went away (`signalbox run | head`) must not end the proxy.
  output.on("error", () => {});
  const stream: DestinationStream = pretty ? prettyStream(output, colour) : output;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.epochTime,
      hooks: { streamWrite: jsonWithoutSecrets },
    },
    stream,
  );
  // Whatever ends the process, what was logged before it is written.
  const flush = (): void => flushNow(output);
  process.on("exit", flush);

  return {
    debug: (fields, text) => logger.debug(fields, text),
    info: (fields, text) => logger.info(fields, text),
    warn: (fields, text) => logger.warn(fields, text),
    error: (fields, text) => logger.error(fields, text),
    isLevelEnabled: (asked) => logger.isLevelEnabled(asked),
    lineSink: () => (lines) => {
      stream.write(jsonWithoutSecrets(lines));
    },
    close: () =>
      new Promise((resolve) => {
        process.off("exit", flush);
        output.once("close", resolve);
        output.once("error", resolve);
        output.end();
      }),
  };
}

/** pino-pretty as a plain function in front of the destination: no worker, so the order and the flush stay ours. */
function prettyStream(output: DestinationStream, colour: boolean): DestinationStream {
  const prettify = pinoPretty.prettyFactory({
    colorize: colour,
    translateTime: "SYS:HH:MM:ss.l",
    // Fields on the same line, so that one event is one line.
    singleLine: true,
  });
  return {
    write(lines) {
      for (const line of lines.split("\n")) if (line !== "") output.write(prettify(line));
    },
  };
}

function flushNow(output: ReturnType<typeof destination>): void {
  try {
    output.flushSync();
  } catch {
    // Not opened yet or closed already: nothing can be written, and this is the way out.
  }
}
