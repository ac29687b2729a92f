import { afterEach, describe, expect, it, vi } from "vitest";
import { SettingsError } from "../../../components/settings.ts";
import type { StandInOptions } from "../../aiven/options.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { stackFile } from "../../support/stackFile.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./settings.ts";

const OFFERING = "inkless-professional-3x-8-1";

let aiven: AivenStandIn | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await aiven?.close();
});

async function account(options: StandInOptions): Promise<void> {
  aiven = await AivenStandIn.start(options);
  for (const [name, value] of Object.entries(aiven.environment)) vi.stubEnv(name, value);
}

/** The type of Kafka that a stack on Aiven gets, and its plan. */
async function kafkaOf(settings: Record<string, unknown> = {}): Promise<string> {
  const { inputs } = (await ResourceGraph.of({ ...ON_AIVEN, ...settings }, "dev")).get("kafka-service");
  const isStandard = "inkless" in Object(inputs.kafkaUserConfig);
  return `${isStandard ? "standard" : "classic"} ${inputs.plan}`;
}

async function problemsOf(settings: Record<string, unknown> = {}): Promise<readonly string[]> {
  try {
    await hostsOf(settingsOf({ ...ON_AIVEN, ...settings }), "dev", "test-token").preflight();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("the type of Kafka on Aiven", () => {
  it.each([
    ["both", "auto", "classic startup-2"],
    ["both", "classic", "classic startup-2"],
    ["both", "standard", `standard ${OFFERING}`],
    ["classic", "auto", "classic startup-2"],
    ["standard", "auto", `standard ${OFFERING}`],
    ["standard", "standard", `standard ${OFFERING}`],
  ] as const)(
    "for an account that can create %s, with kafka.type %s, is %s",
    async (kafkaTypes, type, kafka) => {
      await account({ kafkaTypes });
      expect(await problemsOf({ "kafka.type": type })).toEqual([]);
      expect(await kafkaOf({ "kafka.type": type })).toBe(kafka);
      expect(aiven?.unknownRoutes).toEqual([]);
    },
  );

  it.each([
    [
      "standard",
      { "kafka.type": "classic" },
      /^kafka\.type is classic, but Aiven creates no Classic Kafka for the project test-project .*accounts made after August 2026.*: set kafka\.type to standard or auto$/,
    ],
    [
      "classic",
      { "kafka.type": "standard" },
      /^Aiven creates no Standard Kafka for the project test-project .*; ask Aiven's support/,
    ],
    [
      "standard",
      { "aiven.cloud": "do-fra" },
      /^Aiven creates neither Classic nor Standard Kafka for the project test-project in the cloud do-fra; Standard Kafka is in the clouds aws-eu-central-1, .*: set aiven\.cloud to one of them$/,
    ],
    [
      "standard",
      { "kafka.offering": "inkless-huge" },
      /^kafka\.offering is inkless-huge, which Aiven does not have in the cloud google-europe-west1; there are inkless-professional-3x-8-1, inkless-professional-3x-8-2$/,
    ],
    ["standard", { "kafka.version": "3.9" }, /^kafka\.version is 3\.9, but Standard Kafka is 4\.0 or newer/],
    [
      "standard",
      { "kafka.replicationFactor": 4 },
      /^kafka\.replicationFactor is 4, but Standard Kafka allows at most 3/,
    ],
  ] as const)(
    "for an account that can create %s, is refused with %j",
    async (kafkaTypes, settings, problem) => {
      await account({ kafkaTypes });
      expect(await problemsOf(settings)).toEqual([expect.stringMatching(problem)]);
      await expect(ResourceGraph.of({ ...ON_AIVEN, ...settings }, "dev")).rejects.toThrow(
        "a setting is wrong",
      );
    },
  );

  it("is the one that the service already has, because it cannot change", async () => {
    const tags = { "managed-by": "pulumi", stack: "dev" };
    const userConfig = { inkless: { enabled: true }, tiered_storage: { enabled: true } };
    const service = { name: "dev-kafka", type: "kafka", plan: OFFERING, userConfig, tags } as const;
    await account({ services: [service] });
    expect(await kafkaOf()).toBe(`standard ${OFFERING}`);
    expect(await problemsOf({ "kafka.type": "classic" })).toEqual([
      "kafka.type is classic, but the service dev-kafka is Standard Kafka, and Aiven cannot change the type of a service: set kafka.type to standard or auto. To move, deploy a stack of another name beside it",
    ]);
  });

  it("standard gets the smallest offering that handles the assumed readings, or the configured one", async () => {
    await account({ kafkaTypes: "standard" });
    // 60 megabits per second are 7.5 megabytes.
    expect(await kafkaOf({ "cost.megabytesPerSecond": 7.5 })).toBe(`standard ${OFFERING}`);
    expect(await kafkaOf({ "cost.megabytesPerSecond": 7.6 })).toBe("standard inkless-professional-3x-8-2");
    expect(await kafkaOf({ "kafka.offering": "inkless-professional-3x-8-2" })).toBe(
      "standard inkless-professional-3x-8-2",
    );
  });
});

describe("an offering of Standard Kafka for a stack that gets Classic Kafka", () => {
  const given = { "kafka.offering": OFFERING };

  it.each(["auto", "classic"])("is refused with kafka.type %s", async (type) => {
    await account({ kafkaTypes: "both" });
    expect(await problemsOf({ ...given, "kafka.type": type })).toEqual([
      `kafka.offering is ${OFFERING}, but kafka.type ${type} selects Classic Kafka, which has plans only: set kafka.type to standard, or leave kafka.offering out`,
    ]);
  });

  it("is refused if its service is Classic Kafka already", async () => {
    const tags = { "managed-by": "pulumi", stack: "dev" };
    await account({ services: [{ name: "dev-kafka", type: "kafka", plan: "startup-2", tags }] });
    expect(await problemsOf(given)).toEqual([
      `kafka.offering is ${OFFERING}, but the stack's service is Classic Kafka, which has plans only: leave it out`,
    ]);
  });
});

describe("an offering of Standard Kafka that is too small for the assumed readings", () => {
  it("is refused, with the numbers", async () => {
    await account({ kafkaTypes: "standard" });
    expect(await problemsOf({ "cost.megabytesPerSecond": 15 })).toEqual([]);
    expect(await problemsOf({ "cost.megabytesPerSecond": 15.1 })).toEqual([
      "cost.megabytesPerSecond is 15.1, but inkless-professional-3x-8-2, the largest offering in the cloud google-europe-west1, takes at most 15 MB/s: set aiven.cloud to another cloud, or cost.megabytesPerSecond to 15 or less",
    ]);
    expect(await problemsOf({ "cost.megabytesPerSecond": 7.6, "kafka.offering": OFFERING })).toEqual([
      "cost.megabytesPerSecond is 7.6, but kafka.offering inkless-professional-3x-8-1 takes at most 7.5 MB/s: set kafka.offering to a larger one, or cost.megabytesPerSecond to 7.5 or less",
    ]);
  });

  it("is accepted if the stack's service has it already", async () => {
    const tags = { "managed-by": "pulumi", stack: "dev" };
    const userConfig = { inkless: { enabled: true }, tiered_storage: { enabled: true } };
    await account({ services: [{ name: "dev-kafka", type: "kafka", plan: OFFERING, userConfig, tags }] });
    expect(await problemsOf({ "cost.megabytesPerSecond": 100 })).toEqual([]);
  });
});

describe.each([false, true])("Standard Kafka (a preview: %s)", (preview) => {
  it("is created as such, without any topic that it would refuse", async () => {
    await account({ kafkaTypes: "standard" });
    const graph = await ResourceGraph.of(await stackFile("dev"), "dev", preview);
    expect(graph.get("kafka-service").inputs).toMatchObject({
      plan: OFFERING,
      kafkaUserConfig: {
        kafkaVersion: "4.1",
        inkless: { enabled: true },
        tieredStorage: { enabled: true },
        kafkaAuthenticationMethods: { certificate: true, sasl: true },
        kafka: { autoCreateTopicsEnable: false },
      },
    });
    const configs = graph.names("KafkaTopic").map((name) => Object(graph.get(name).inputs.config));
    expect(configs.length).toBeGreaterThan(5);
    const allowed = ["retentionMs", "minInsyncReplicas", "messageTimestampType", "maxMessageBytes"];
    for (const config of configs) {
      // Neither compacted nor diskless, because exactly-once sinks need transactions.
      expect(Object.keys(config).filter((key) => !allowed.includes(key))).toEqual([]);
    }
    expect(graph.get("cpu-cpu_load_stats_real-topic").inputs.config).toMatchObject({
      retentionMs: "86400000",
    });
  });
});
