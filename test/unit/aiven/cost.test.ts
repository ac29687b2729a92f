import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeCost } from "../../../cli/commands/cost.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./settings.ts";

let aiven: AivenStandIn;
beforeAll(async () => {
  aiven = await AivenStandIn.start();
  vi.stubEnv("AIVEN_WEB_URL", aiven.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aiven.close();
});

const cost = async (settings: Record<string, unknown>, token: string | undefined = "test-token") =>
  stripVTControlCharacters(describeCost(await hostsOf(settingsOf(settings), "dev", token).prices()));
/** The columns of a line. */
const line = (text: string, title: string) =>
  text
    .split("\n")
    .find((row) => row.trim().startsWith(title))
    ?.trim()
    .split(/ {2,}/);

describe("the cost of a stack", () => {
  it("lists every service that it would create, and their sum", async () => {
    const text = await cost(ON_AIVEN);
    const cloud = "google-europe-west1";
    expect(line(text, "Kafka")).toEqual(["Kafka", "dev-kafka", "startup-2", cloud, "0.397", "289.81"]);
    expect(line(text, "PostgreSQL")).toEqual([
      "PostgreSQL",
      "dev-postgresql",
      "startup-4",
      cloud,
      "0.137",
      "100.01",
    ]);
    expect(line(text, "OpenSearch")).toEqual([
      "OpenSearch",
      "dev-opensearch",
      "startup-4",
      cloud,
      "0.164",
      "119.72",
    ]);
    expect(line(text, "Flink")).toEqual(["Flink", "dev-flink", "business-4", cloud, "0.534", "389.82"]);
    expect(line(text, "Total")).toEqual(["Total", "1.232", "899.36"]);
    expect(text).toContain("730 hours");
    expect(text).toMatch(/Traffic, backups in other regions and taxes/);
    expect(aiven.unknownRoutes).toEqual([]);
  });

  it("is zero for an existing Flink and for services on this machine, with the reason", async () => {
    const existing = { ...ON_AIVEN, "flink.runsOn": "existing", "flink.service": "my-flink" };
    const flink = ["Flink", "my-flink", "0.000", "0.00", "exists already, at no extra cost"];
    expect(line(await cost(existing), "Flink")).toEqual(flink);
    const local = await cost({
      "kafka.runsOn": "aiven",
      "kafka.replicationFactor": 2,
      "aiven.project": "test-project",
    });
    expect(line(local, "PostgreSQL")).toEqual(["PostgreSQL", "0.000", "0.00", "runs on this machine"]);
    expect(line(local, "Total")).toEqual(["Total", "0.397", "289.81"]);
  });

  it("includes additional disk", async () => {
    const text = await cost({ ...ON_AIVEN, "postgres.additionalDiskGb": 30 });
    // 0.0003 USD per GB and hour.
    expect(line(text, "PostgreSQL")?.slice(4)).toEqual(["0.146", "106.58", "with 30 GiB more disk"]);
  });

  it("of Standard Kafka is based on use, with the assumed throughput", async () => {
    const settings = { ...ON_AIVEN, "kafka.type": "standard", "cost.megabytesPerSecond": 0.5 };
    // 400 USD per month; 1.8 GB/h, written (0.05 per GB), read by eight pipelines (0.02 per GB), kept for 24 hours.
    const perHour = 400 / 730 + 1.8 * 0.05 + 8 * 1.8 * 0.02 + 24 * 1.8 * 0.000164;
    expect(line(await cost(settings), "Kafka")).toEqual([
      "Kafka",
      "dev-kafka",
      "inkless-professional-3x-8-1",
      "google-europe-west1",
      perHour.toFixed(3),
      (perHour * 730).toFixed(2),
      "by use: 0.5 MB/s of readings, read by 8 pipelines, kept 24 h",
    ]);
  });

  it("requires a token only if something runs on Aiven", async () => {
    const text = stripVTControlCharacters(describeCost(await hostsOf(settingsOf({}), "local").prices()));
    expect(line(text, "Total")).toEqual(["Total", "0.000", "0.00"]);
    await expect(hostsOf(settingsOf(ON_AIVEN), "dev").prices()).rejects.toThrow(
      /export AIVEN_TOKEN=<token>\. One in the stack's file cannot be read here if a key of a cloud has encrypted it/,
    );
  });

  it("is zero for services on Docker, which are also listed", async () => {
    const docker = await cost({ "kafka.runsOn": "docker", "postgres.runsOn": "docker" });
    expect(line(docker, "Kafka")).toEqual(["Kafka", "0.000", "0.00", "runs on Docker"]);
    expect(line(docker, "PostgreSQL")).toEqual(["PostgreSQL", "0.000", "0.00", "runs on Docker"]);
  });

  it("reports an unknown plan as a mistake in the settings, with the available plans", async () => {
    await expect(cost({ ...ON_AIVEN, "kafka.plan": "huge" })).rejects.toThrow(
      /kafka\.plan is huge.*startup-2/,
    );
    await expect(cost(ON_AIVEN, "wrong")).rejects.toThrow(/does not accept the token/);
  });
});
