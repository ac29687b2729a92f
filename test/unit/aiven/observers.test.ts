import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SettingsError } from "../../../components/settings.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./settings.ts";

const DATADOG = "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d";
const SYSLOG = "2a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d";

let aiven: AivenStandIn;
beforeAll(async () => {
  aiven = await AivenStandIn.start({
    services: [
      { name: "logs", type: "opensearch", plan: "startup-4" },
      { name: "my-flink", type: "flink", plan: "business-4", userConfig: { number_of_task_slots: 5 } },
    ],
    endpoints: [
      { id: DATADOG, name: "our-datadog", type: "datadog" },
      { id: SYSLOG, name: "our-syslog", type: "rsyslog" },
    ],
  });
  for (const [name, value] of Object.entries(aiven.environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aiven.close();
});

/** The integrations that are not Flink's, by name. */
async function integrationsOf(settings: Record<string, unknown>, preview = false) {
  const graph = await ResourceGraph.of({ ...ON_AIVEN, ...settings }, "dev", preview);
  return Object.fromEntries(
    graph.names("ServiceIntegration").flatMap((name) => {
      const { inputs, deletedWith } = graph.get(name);
      return inputs.integrationType === "flink" ? [] : [[name, { ...inputs, deletedWith }]];
    }),
  );
}

async function problemsOf(integrations: Record<string, string>): Promise<readonly string[]> {
  try {
    const settings = settingsOf({ ...ON_AIVEN, "aiven.integrations": integrations });
    await hostsOf(settings, "dev", "test-token").preflight();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe.each([false, true])("metrics and logs of services on Aiven (a preview: %s)", (preview) => {
  it("go nowhere unless set", async () => {
    expect(await integrationsOf({}, preview)).toEqual({});
  });

  it("go from every service to the endpoint and the service of the settings", async () => {
    const settings = { "aiven.integrations": { metrics: DATADOG, logs: "logs" } };
    const found = await integrationsOf(settings, preview);
    expect(Object.keys(found).sort()).toEqual(
      ["flink", "kafka", "openSearch", "postgres"].flatMap((name) => [`${name}-logs`, `${name}-metrics`]),
    );
    expect(found["kafka-metrics"]).toEqual({
      project: "test-project",
      integrationType: "datadog",
      sourceServiceName: "dev-kafka",
      destinationEndpointId: `test-project/${DATADOG}`,
      deletedWith: "kafka-service",
    });
    expect(found["postgres-logs"]).toEqual({
      project: "test-project",
      integrationType: "logs",
      sourceServiceName: "dev-postgresql",
      destinationServiceName: "logs",
      deletedWith: "postgres-service",
    });
  });

  it("of an existing service stay as they are", async () => {
    const existing = { "flink.runsOn": "existing", "flink.service": "my-flink" };
    const found = await integrationsOf({ ...existing, "aiven.integrations": { logs: SYSLOG } }, preview);
    expect(Object.keys(found).sort()).toEqual(["kafka-logs", "openSearch-logs", "postgres-logs"]);
    expect(found["kafka-logs"]).toMatchObject({ integrationType: "rsyslog" });
  });
});

describe("before anything is created, aiven.integrations", () => {
  it.each([
    [
      { metrics: "grafana" },
      `aiven.integrations has metrics: grafana, which does not exist; receivers in the project test-project are ${DATADOG} (our-datadog)`,
    ],
    [
      { logs: DATADOG },
      `aiven.integrations has logs: ${DATADOG}, which is of the type datadog, which does not receive logs; receivers in the project test-project are logs, ${SYSLOG} (our-syslog)`,
    ],
    [
      { metrics: "logs" },
      `aiven.integrations has metrics: logs, which is of the type opensearch, which does not receive metrics; receivers in the project test-project are ${DATADOG} (our-datadog)`,
    ],
  ])("with %j is refused, with what is available", async (integrations, problem) => {
    expect(await problemsOf(integrations as Record<string, string>)).toEqual([problem]);
  });

  it("is accepted if everything it names exists", async () => {
    expect(await problemsOf({ metrics: DATADOG, logs: "logs" })).toEqual([]);
    expect(aiven.unknownRoutes).toEqual([]);
  });
});
