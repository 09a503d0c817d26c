/** `signalbox demo`: the proxy, endpoints that stand in for Asterisk, a call a second, and a display of it all. */
import { buildConfig } from "../config/load.ts";
import type { Engine } from "../control/engine-api.ts";
import { ProblemError } from "../support/problem.ts";
import { Answerers } from "./answerers.ts";
import type { Caller } from "./caller.ts";
import { startCaller } from "./caller.ts";
import * as board from "./demo-board.ts";
import { DEMO_FOLDER, demoAdvice, prepareDemoFiles } from "./demo-files.ts";
import { demoLog } from "./demo-log.ts";
import { openScreen } from "./demo-screen.ts";
import { findPackageRoot } from "./package-root.ts";
import type { Surroundings } from "./surroundings.ts";
import { reportProblems } from "./surroundings.ts";

const CALL_EVERY_MS = 1000;
const HOLD_MS = 2000;
const REDRAW_EVERY_MS = 250;
/** Ctrl-C has to end everything within a second. */
const HANG_UP_GRACE_MS = 400;

export interface DemoOptions {
  /** As typed. */
  readonly port?: string | undefined;
  /** Where the editable files are. */
  readonly folder?: string;
}

/** Resolves to the exit status. */
export async function demo(
  { port = "5060", folder = DEMO_FOLDER }: DemoOptions,
  around: Surroundings,
): Promise<number> {
  const { clock } = around;
  const files = prepareDemoFiles(findPackageRoot(), folder);
  const { config } = buildConfig("", undefined, { ...files, listen: [`udp:127.0.0.1:${port}`] });
  if (!config) {
    around.err(`signalbox: demo: --port: expected a number from 0 to 65535, found "${port}"\n`);
    return 2;
  }

  const screen = openScreen(around);
  let state = board.emptyBoard("");
  let showing = false;
  const update = (change: (before: board.Board, at: number) => board.Board): void => {
    state = change(state, clock.wallClock());
    if (showing) screen.show(state);
  };
  // Deferred: the engine logs what is wrong with a reload just before it tells of the reload, which says more.
  const tellTrouble = (message: string): void =>
    queueMicrotask(() => update((b, at) => board.withLogLine(b, message, at)));

  const answerers = new Answerers(files.list, clock);
  let engine: Engine | undefined;
  let caller: Caller | undefined;
  const close = async (): Promise<void> => {
    await caller?.close(HANG_UP_GRACE_MS);
    await engine?.close();
    answerers.close();
  };

  try {
    await answerers.openMissing();
    engine = await around.startEngine({ config, log: demoLog(() => clock.wallClock(), tellTrouble) });
    const listener = engine.listeners[0]!;
    caller = await startCaller({
      proxy: { host: "127.0.0.1", port: Number(listener.slice(listener.lastIndexOf(":") + 1)) },
      clock,
      holdMs: HOLD_MS,
      tell(call) {
        screen.showCall(call, clock.wallClock());
        update((b, at) => board.withCall(b, call, at));
      },
    });
    update((b, at) => board.withStart(b, listener, answerers.all.length, at));
  } catch (error) {
    await close();
    if (!(error instanceof ProblemError)) throw error;
    // There is no --listen here.
    const forDemo = error.problems.map((p) => ({ ...p, remedy: p.remedy.replace("--listen", "--port") }));
    reportProblems(around, forDemo);
    if (forDemo.some(({ place }) => place !== undefined)) {
      around.err(`The demo's files are in ${folder}/: correct them, or delete the folder to begin afresh.\n`);
    }
    return 1;
  }

  const running = engine;
  const { placeCall } = caller;
  running.onReload((report) => {
    update((b, at) => board.withReload(b, report, at));
    // A new line of the list gets an endpoint that answers.
    answerers.openMissing().catch((error: Error) => tellTrouble(error.message));
  });
  const refresh = async (): Promise<void> => {
    const { destinations } = await running.snapshot();
    update((b, at) => board.withDestinations(b, destinations, answerers.all, at));
  };

  screen.open(demoAdvice(folder));
  showing = true;
  // A snapshot that fails comes from a data plane that is starting again; the next one shows it.
  await refresh().catch(() => {});
  const timers = [
    clock.every(REDRAW_EVERY_MS, () => void refresh().catch(() => {})),
    clock.every(CALL_EVERY_MS, () => {
      update(board.withCallPlaced);
      placeCall();
    }),
  ];
  await around.stopped;
  for (const timer of timers) timer.cancel();
  await close();
  showing = false;
  screen.close();
  around.out(`\n${board.summary(state)}\n`);
  return 0;
}
