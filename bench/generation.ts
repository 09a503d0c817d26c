/** The default route script over three destinations, loaded as a data plane loads it. */
import { join } from "node:path";
import { findPackageRoot } from "../src/cli/package-root.ts";
import { loadGeneration } from "../src/dataplane/load-generation.ts";
import { Dispatcher } from "../src/dispatch/dispatcher.ts";
import { parseList } from "../src/dispatch/list.ts";
import { DEFAULT_DISPATCHER_PARAMS } from "../src/dispatch/params.ts";
import { LocalIdentity } from "../src/proxy/local-identity.ts";
import { compileRoute } from "../src/script/compile.ts";
import { readPrelude } from "../src/script/prelude-source.ts";
import type { RouteProgram } from "../src/script/program.ts";
import { compileQuickJS } from "../src/script/sandbox.ts";
import { closeBundler } from "../src/support/bundle.ts";
import { systemClock } from "../src/support/clock.ts";
import { ProblemError } from "../src/support/problem.ts";
import { seededRandom } from "../src/support/random.ts";
import { OWN_HOST, PORT } from "./messages.ts";

const LIST = "1 sip:203.0.113.1:5070\n1 sip:203.0.113.2:5070\n1 sip:203.0.113.3:5070\n";

export interface BenchedGeneration {
  readonly local: LocalIdentity;
  readonly program: RouteProgram;
}

export async function benchedGeneration(): Promise<BenchedGeneration> {
  const params = DEFAULT_DISPATCHER_PARAMS;
  const listen = [{ protocol: "udp", host: OWN_HOST, port: PORT }] as const;
  const local = new LocalIdentity(listen);
  const checks = { checkUri: () => undefined, checkSocket: () => undefined };
  const { list, problems } = parseList(LIST, "dispatcher.list", checks);
  if (list === undefined) throw new ProblemError(problems);
  const route = await compileRoute(join(findPackageRoot(), "routes/main.js"));
  if (!route.ok) throw new ProblemError(route.problems);
  const dispatcher = new Dispatcher({ params, clock: systemClock, random: seededRandom(1), warn: () => {} });
  const loaded = await loadGeneration(
    { id: 1, route: route.route, plugins: [], list, endpoints: new Map() },
    {
      listen,
      aliases: [],
      dispatcher: params,
      limits: { timeMs: 1000, memoryBytes: 32 << 20, stackBytes: 256 << 10 },
      logLevel: "info",
      tagSecret: "00000000",
      quickjs: await compileQuickJS(),
      prelude: await readPrelude(),
    },
    systemClock,
    {
      dispatcher,
      flags: params.flags,
      hashPvar: params.hash_pvar,
      isMyself: (uri) => local.findUri(uri) !== undefined,
      log: () => {},
    },
  );
  await closeBundler();
  if (!loaded.ok) throw new ProblemError(loaded.problems);
  dispatcher.load(list, loaded.generation.algorithms);
  return { local, program: loaded.generation.program };
}
