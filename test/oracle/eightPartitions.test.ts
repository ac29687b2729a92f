import { afterAll, beforeAll, describe, it } from "vitest";
import { generatedHour } from "./cases/generated.ts";
import { THRESHOLDS } from "./cases/thresholds.ts";
import { OracleStack } from "./harness/oracleStack.ts";
import { everyStreamIsExact } from "./harness/property.ts";
import { everythingIsExact, Stretch } from "./harness/stretch.ts";

const PARTITIONS = 8;

describe.sequential("all outputs of eight partitions", () => {
  let oracle: OracleStack;

  beforeAll(async () => {
    oracle = await OracleStack.create(PARTITIONS, THRESHOLDS);
  });

  afterAll(async () => {
    await oracle.destroy();
  });

  it("are exact for an hour of the generator's readings", async () => {
    const stretch = new Stretch(oracle);
    await stretch.open();
    await stretch.send(generatedHour(stretch.from, PARTITIONS, 7));
    await stretch.close(stretch.from + 3_600_000);
    await stretch.settled();
  });

  it("are exact for streams of any kind", { timeout: 300_000 }, async () => {
    await everyStreamIsExact(oracle, { seed: 2, runs: 5 });
  });

  it("are still exact at the end, with nothing come twice", async () => {
    await everythingIsExact(oracle);
  });
});
