import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StateResource } from "../../../components/stateResources.ts";
import { silent } from "../../support/silentProgress.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./settings.ts";

beforeEach(() => void vi.stubEnv("AIVEN_TOKEN", ""));
afterEach(() => void vi.unstubAllEnvs());

/** A resource of Aiven in the state. */
function resource(kind: string, serviceName: string, more: Partial<StateResource> = {}): StateResource {
  const type = `aiven:index/x:${kind}`;
  const inputs = { project: "test-project", serviceName };
  return { urn: `urn:pulumi:dev::project::${type}::${serviceName}`, type, custom: true, inputs, ...more };
}

const CREATED = [
  resource("Kafka", "dev-kafka"),
  resource("KafkaTopic", "dev-kafka"),
  resource("Pg", "dev-postgresql"),
  resource("PgUser", "dev-postgresql"),
  resource("OpenSearch", "dev-opensearch"),
  resource("Flink", "dev-flink"),
];
const EXISTING = {
  ...ON_AIVEN,
  "flink.runsOn": "local",
  "kafka.runsOn": "existing",
  "kafka.service": "company-kafka",
  "postgres.runsOn": "existing",
  "postgres.service": "company-pg",
  "openSearch.enabled": false,
  pipelines: ["filter"],
};
const ADOPTED = [resource("KafkaTopic", "company-kafka"), resource("PgUser", "company-pg")];
const OWN_DATABASE = { ...EXISTING, "postgres.database": "anomalies" };
const database = (more: Partial<StateResource> = {}) =>
  resource("PgDatabase", "company-pg", {
    inputs: { project: "test-project", serviceName: "company-pg", databaseName: "anomalies" },
    ...more,
  });
const KAFKA = "the service test-project/dev-kafka: topics with their records";
const POSTGRES =
  "the service test-project/dev-postgresql: tables with their rows, thresholds that were changed by hand included";
const SEARCH = "the service test-project/dev-opensearch: indexes with their documents";

/** Stops after the question, at the first request to Aiven. */
const NO_TOKEN = "there is no token for Aiven";

/** What an `up` with these settings asks about, and the message with which it ends if the user does not agree. */
async function asked(settings: Record<string, unknown>, resources: readonly StateResource[], agrees = false) {
  const notes: string[] = [];
  const questions: string[] = [];
  const run = {
    stack: { name: "dev" } as Stack,
    progress: { ...silent, note: (text: string) => notes.push(text) },
    state: { resources, begun: [] },
    confirm: async (question: string) => {
      questions.push(question);
      return agrees;
    },
  };
  const error = await hostsOf(settingsOf(settings), "dev")
    .repair(run)
    .then(() => "", String);
  return { notes, questions, error };
}

const deletions = (...services: string[]) =>
  services.map((each) => `With these settings, up deletes ${each}.`);

describe("an up that would delete services on Aiven, or what the stack has created in them,", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ["another prefix", { ...ON_AIVEN, "aiven.prefix": "acme" }, [KAFKA, POSTGRES, SEARCH]],
    ["another project", { ...ON_AIVEN, "aiven.project": "other" }, [KAFKA, POSTGRES, SEARCH]],
    [
      "a PostgreSQL elsewhere",
      { ...ON_AIVEN, "flink.runsOn": "local", "postgres.runsOn": "local" },
      [POSTGRES],
    ],
    ["everything elsewhere", {}, [KAFKA, POSTGRES, SEARCH]],
    [
      "its own Kafka as an existing one",
      { ...ON_AIVEN, "kafka.runsOn": "existing", "kafka.service": "dev-kafka" },
      [KAFKA],
    ],
  ])("asks first for %s", async (_what, settings, services) => {
    const { notes, questions, error } = await asked(settings, CREATED);
    expect(notes).toEqual(deletions(...services));
    expect(questions).toEqual(["Delete that data?"]);
    for (const each of services) expect(error).toContain(`\n  ${each}\n`);
    expect(error).toMatch(/Nothing has been changed\.[\s\S]*aiven\.prefix[\s\S]*npm run up -- dev --yes$/);
  });

  it("asks first for another existing service", async () => {
    const { notes } = await asked({ ...EXISTING, "kafka.service": "other-kafka" }, ADOPTED);
    expect(notes).toEqual(
      deletions(
        "what the stack has created in the service test-project/company-kafka: topics with their records",
      ),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ["another database", { ...OWN_DATABASE, "postgres.database": "other" }],
    ["no database of the stack's own", EXISTING],
  ])("asks first for %s in an existing service", async (_what, settings) => {
    const { notes, questions, error } = await asked(settings, [...ADOPTED, database()]);
    expect(notes).toEqual(
      deletions(
        "the database anomalies in the service test-project/company-pg: tables with their rows, thresholds that were changed by hand included",
      ),
    );
    expect(questions).toEqual(["Delete that data?"]);
    expect(error).toMatch(/restore the settings that name them: .*<service>\.service, postgres\.database or/);
  });

  it("does not ask twice about a database in a service that is left altogether", async () => {
    const { notes } = await asked({ ...OWN_DATABASE, "postgres.service": "other-pg" }, [
      ...ADOPTED,
      database(),
    ]);
    expect(notes).toEqual([
      "With these settings, up deletes what the stack has created in the service test-project/company-pg: tables with their rows, thresholds that were changed by hand included.",
    ]);
  });

  it("continues if the user agrees", async () => {
    const { questions, error } = await asked({ ...ON_AIVEN, "aiven.prefix": "acme" }, CREATED, true);
    expect(questions).toHaveLength(1);
    expect(error).toContain(NO_TOKEN);
    expect(await asked({}, CREATED, true)).toMatchObject({ error: "" });
  });

  it.each<[string, Record<string, unknown>, readonly StateResource[]]>([
    ["the services that the settings name", ON_AIVEN, CREATED],
    ["a Flink, which holds no data of its own", { ...ON_AIVEN, "flink.runsOn": "local" }, CREATED],
    ["existing services that the settings name", EXISTING, ADOPTED],
    ["a database that the settings name", OWN_DATABASE, [...ADOPTED, database()]],
    ["a protected database", EXISTING, [...ADOPTED, database({ protect: true })]],
    [
      "a protected service, which the engine refuses to delete",
      { ...ON_AIVEN, "aiven.prefix": "acme" },
      [resource("Kafka", "dev-kafka", { protect: true }), resource("KafkaTopic", "dev-kafka")],
    ],
  ])("does not ask about %s", async (_what, settings, resources) => {
    const { notes, questions, error } = await asked(settings, resources);
    expect([notes, questions]).toEqual([[], []]);
    expect(error).toContain(NO_TOKEN);
  });

  it("does not ask a stack without anything on Aiven, and needs no token", async () => {
    const own = { urn: "urn:pulumi:dev::project::streaming:kafka:Topic::t", type: "streaming:kafka:Topic" };
    expect(await asked({}, [own])).toEqual({ notes: [], questions: [], error: "" });
  });
});
