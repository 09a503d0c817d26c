/** From the config to what a data plane is given. */
import type { Config } from "../config/config.ts";
import type { DataPlaneSettings } from "../dataplane/protocol.ts";
import { readPrelude } from "../script/prelude-source.ts";
import { compileQuickJS } from "../script/sandbox.ts";
import { randomHex } from "../support/random.ts";

export async function dataPlaneSettings(config: Config): Promise<DataPlaneSettings> {
  const { limits } = config;
  const [quickjs, prelude] = await Promise.all([compileQuickJS(), readPrelude()]);
  return {
    listen: config.listen,
    aliases: config.aliases,
    dispatcher: config.dispatcher,
    limits: {
      timeMs: limits.time_ms,
      memoryBytes: limits.memory_mb * 1024 * 1024,
      stackBytes: limits.stack_kb * 1024,
    },
    logLevel: config.log.level,
    tagSecret: randomHex(4),
    quickjs,
    prelude,
  };
}
