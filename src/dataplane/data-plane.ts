/** A serving data plane: listeners, pipeline and dispatcher of one worker thread, and the generation they run. */
import { Dispatcher } from "../dispatch/dispatcher.ts";
import { Pipeline } from "../pipeline.ts";
import { type ListenerAddress, LocalIdentity, type LocalListener } from "../proxy/local-identity.ts";
import type { ScriptHostEnv } from "../script/script-host.ts";
import type { MessageView } from "../script/view.ts";
import { systemClock } from "../support/clock.ts";
import { type Counters, newCounters } from "../support/counters.ts";
import { type Logger, type LogLevel, logProblem } from "../support/log.ts";
import { type Problem, ProblemError } from "../support/problem.ts";
import { systemRandom } from "../support/random.ts";
import { Turn } from "../transport/turn.ts";
import { UdpListener } from "../transport/udp.ts";
import type { HeartbeatWriter } from "./heartbeat.ts";
import { type LoadedGeneration, loadGeneration } from "./load-generation.ts";
import type { DataPlaneSettings, GenerationData } from "./protocol.ts";

type Receive = (datagram: Buffer, receivedOn: LocalListener, address: string, port: number) => void;

export class DataPlane {
  readonly #settings: DataPlaneSettings;
  readonly #log: Logger;
  readonly #heartbeat: HeartbeatWriter;
  readonly #counters: Counters = newCounters();
  readonly #dispatcher: Dispatcher;
  #sockets: readonly UdpListener[] = [];
  #local = new LocalIdentity([]);
  #pipeline: Pipeline | undefined;

  constructor(settings: DataPlaneSettings, log: Logger, heartbeat: HeartbeatWriter) {
    this.#settings = settings;
    this.#log = log;
    this.#heartbeat = heartbeat;
    this.#dispatcher = new Dispatcher({
      params: settings.dispatcher,
      clock: systemClock,
      random: systemRandom,
      warn: (found) => logProblem(log, "warn", found),
    });
  }

  /**
   * Loads the generation and then listens, so that no message finds half a proxy. The addresses, as bound. Rejects
   * with a ProblemError.
   */
  async start(data: GenerationData): Promise<readonly ListenerAddress[]> {
    const loaded = await loadGeneration(data, this.#settings, systemClock, this.#scriptHost());
    if (!loaded.ok) throw new ProblemError(loaded.problems);
    let receive: Receive = () => {};
    const addresses = await this.#bind((...received) => receive(...received));
    this.#local = new LocalIdentity(addresses, this.#settings.aliases);
    this.#pipeline = new Pipeline(
      {
        local: this.#local,
        clock: systemClock,
        log: this.#log,
        counters: this.#counters,
        tagSecret: this.#settings.tagSecret,
        send: (from, text, address, port) => this.#sockets[from.index]?.send(text, address, port),
        announce: (datagram) => this.#heartbeat.announce(datagram),
      },
      loaded.generation.program,
    );
    this.#serve(loaded.generation, data);
    const pipeline = this.#pipeline;
    receive = (...received) => pipeline.receive(...received);
    return addresses;
  }

  /** Puts a generation in the place of the one before; what is wrong, if it cannot be: then nothing has changed. */
  async swap(data: GenerationData): Promise<readonly Problem[]> {
    const loaded = await loadGeneration(data, this.#settings, systemClock, this.#scriptHost());
    if (!loaded.ok || this.#pipeline === undefined) return loaded.ok ? [] : loaded.problems;
    const before = this.#pipeline.program;
    this.#pipeline.program = loaded.generation.program;
    this.#serve(loaded.generation, data);
    before.dispose();
    return [];
  }

  snapshot(): { destinations: ReturnType<Dispatcher["snapshot"]>; counters: Record<string, number> } {
    const counters = { ...this.#counters, ...this.#dispatcher.counters() };
    return { destinations: this.#dispatcher.snapshot(), counters };
  }

  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
    this.#dispatcher.close();
  }

  #serve(generation: LoadedGeneration, data: GenerationData): void {
    this.#dispatcher.load(data.list, generation.algorithms, data.endpoints);
    this.#heartbeat.setGeneration(generation.id);
  }

  async #bind(receive: Receive): Promise<readonly ListenerAddress[]> {
    const sockets: UdpListener[] = [];
    this.#sockets = sockets;
    const turn = new Turn(systemClock);
    try {
      for (const [index, { host, port }] of this.#settings.listen.entries()) {
        const socket = await UdpListener.bind({
          host,
          port,
          turn,
          onDatagram: (datagram, address, from) => {
            receive(datagram, this.#local.listeners[index] as LocalListener, address, from);
          },
          onError: (error) => {
            this.#counters.send_errors++;
            this.#log.warn({ error: error.message }, "a datagram could not be sent");
          },
        });
        sockets.push(socket);
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    return this.#settings.listen.map((address, index) => ({
      ...address,
      port: (sockets[index] as UdpListener).port,
    }));
  }

  #scriptHost(): ScriptHostEnv {
    const { dispatcher } = this.#settings;
    return {
      dispatcher: this.#dispatcher,
      flags: dispatcher.flags,
      hashPvar: dispatcher.hash_pvar,
      isMyself: (uri) => this.#local.findUri(uri) !== undefined,
      log: (level, text, view) => this.#log[levelOf(level)](fieldsOf(view), text),
    };
  }
}

function levelOf(level: number): LogLevel {
  return level >= 50 ? "error" : level >= 40 ? "warn" : level >= 30 ? "info" : "debug";
}

function fieldsOf(view: MessageView | undefined): object {
  return { from: "script", ...(view?.message.callId !== undefined && { callId: view.message.callId }) };
}
