/** `npm run bench [-- WORD]`: nanoseconds for each hot function, or for those whose name contains the word. */
import { type Benchmark, nanoseconds } from "./benchmark.ts";
import { parseBenchmarks } from "./parse.ts";
import { pickBenchmarks } from "./pick.ts";
import { pipelineBenchmarks } from "./pipeline.ts";
import { scriptCallBenchmarks } from "./script-call.ts";
import { serializeBenchmarks } from "./serialize.ts";

const wanted = process.argv[2] ?? "";
const all: readonly Benchmark[] = [
  ...parseBenchmarks(),
  ...serializeBenchmarks(),
  ...pickBenchmarks(),
  ...(await scriptCallBenchmarks()),
  ...(await pipelineBenchmarks()),
];
const chosen = all.filter(({ name }) => name.includes(wanted));
if (chosen.length === 0) {
  process.stderr.write(`bench: no name contains "${wanted}": ${all.map(({ name }) => name).join(", ")}\n`);
  process.exitCode = 1;
}
const width = Math.max(...all.map(({ name }) => name.length));
for (const benchmark of chosen) {
  const each = Math.round(nanoseconds(benchmark)).toLocaleString("en").padStart(10);
  process.stdout.write(`${benchmark.name.padEnd(width)} ${each} ns\n`);
}
