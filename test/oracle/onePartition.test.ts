import { afterAll, beforeAll, describe, it } from "vitest";
import { kinds } from "./cases/malformed.ts";
import { THRESHOLDS } from "./cases/thresholds.ts";
import { episodesFollowTheThreshold } from "./harness/episodes.ts";
import { everyKindIsExact } from "./harness/everyKind.ts";
import { OracleStack } from "./harness/oracleStack.ts";
import { everyStreamIsExact } from "./harness/property.ts";
import { everythingIsExact, firstReadingsAreExact } from "./harness/stretch.ts";
import { daysAreLearned, silenceAndLearningAreExact } from "./harness/whole.ts";

describe.sequential("all outputs of one partition", () => {
  let oracle: OracleStack;

  beforeAll(async () => {
    // The other oracle has the default of 5 seconds.
    oracle = await OracleStack.create(1, THRESHOLDS, { "flink.thresholdCache": "1s" });
  });

  afterAll(async () => {
    await oracle?.destroy();
  });

  it("are empty as long as the input is", async () => {
    await everythingIsExact(oracle);
  });

  it("are exact for a first reading in each partition, in an hour that New York's clocks skip", async () => {
    await firstReadingsAreExact(oracle);
  });

  it("are exact for streams of any kind", { timeout: 240_000 }, async () => {
    await everyStreamIsExact(oracle, { seed: 1, runs: 8 });
  });

  it("are exact with every kind of unusual message, each with its reason", async () => {
    await everyKindIsExact(oracle, kinds);
  });

  it("begin and end an episode when its threshold is raised, lowered and deleted", async () => {
    await episodesFollowTheThreshold(oracle);
  });

  it("are exact for days of habits and deviations from them", { timeout: 240_000 }, async () => {
    await daysAreLearned(oracle);
  });

  it("are exact for silences and learned values over the whole input", { timeout: 300_000 }, async () => {
    await silenceAndLearningAreExact(oracle);
  });

  it("are still exact at the end, without duplicates", async () => {
    await everythingIsExact(oracle);
  });
});
