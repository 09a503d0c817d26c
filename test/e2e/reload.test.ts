/** Saves under load: `npm run bench:reload`, scaled down. */
import { afterAll, describe, expect, it } from "vitest";
import { faults, reloadUnderLoad } from "../../bench/reload/under-load.ts";
import { Stage } from "../support/signalbox-process.ts";
import { NO_SIPP } from "../support/sipp.ts";

describe("reloading under load", () => {
  const stage = new Stage();
  afterAll(() => stage.close());

  it("loses no call, takes each good save within a second, reports each broken one once", async ({
    skip,
  }) => {
    skip(NO_SIPP !== undefined, NO_SIPP);
    const { folder, processes } = stage;
    const result = await reloadUnderLoad({ rate: 100, seconds: 10, saves: 10, folder, processes });
    expect(faults(result)).toEqual([]);
    expect(result).toMatchObject({ calls: 1000, failed: 0, retransmissions: 0 });
    expect(result.inForceMs).toHaveLength(10);
    expect(result.reports).toHaveLength(10);
  });
});
