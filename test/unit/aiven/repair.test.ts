import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenService } from "../../../clients/aiven/model.ts";
import { lostOnAiven } from "../../../components/hosts/aiven/lost.ts";
import { repairOnAiven } from "../../../components/hosts/aiven/repair.ts";
import type { StateResource } from "../../../components/stateResources.ts";
import { stackState } from "../../../components/stateResources.ts";
import { silent } from "../../support/silentProgress.ts";
import { done, pass, useStandIn } from "../aivenStandIn/standInCalls.ts";
import { ON_AIVEN, settingsOf } from "./settings.ts";

const standIn = useStandIn();
beforeEach(() => {
  vi.stubEnv("AIVEN_WEB_URL", standIn().url);
});

type InState = StateResource & { readonly dependencies?: readonly string[] };

const urnOf = (kind: string, name: string) => `urn:pulumi:dev::project::aiven:index/x:${kind}::${name}`;
function resource(kind: string, name: string, outputs: object, more: Partial<InState> = {}): InState {
  const type = `aiven:index/x:${kind}`;
  return {
    urn: urnOf(kind, name),
    type,
    custom: true,
    outputs: { project: "test-project", ...outputs },
    ...more,
  };
}

const KAFKA = resource("Kafka", "kafka-service", { serviceName: "kafka" });
const POSTGRES = resource("Pg", "postgres-service", { serviceName: "pg" });
const FLINK = resource("Flink", "flink-service", { serviceName: "flink" });
const TOPIC = resource(
  "KafkaTopic",
  "readings-topic",
  { serviceName: "kafka", topicName: "readings" },
  { deletedWith: KAFKA.urn, dependencies: [KAFKA.urn] },
);
const TABLE: InState = {
  urn: "urn:pulumi:dev::project::streaming:postgres:Table::trends",
  type: "streaming:postgres:Table",
  custom: true,
  deletedWith: POSTGRES.urn,
};
const INTEGRATION = resource(
  "ServiceIntegration",
  "flink-kafka",
  { sourceServiceName: "kafka", destinationServiceName: "flink" },
  { deletedWith: FLINK.urn, dependencies: [KAFKA.urn, FLINK.urn] },
);
const ALL = [KAFKA, POSTGRES, FLINK, TOPIC, TABLE, INTEGRATION];

/** What is left in the state, what is reported and asked, and what an up will replace. */
async function repaired(resources: readonly InState[], { agrees = false } = {}) {
  let left = resources;
  const notes: string[] = [];
  const asked: string[] = [];
  const stack = {
    name: "dev",
    exportStack: async () => ({ version: 3, deployment: { resources } }),
    importStack: async ({ deployment }: { deployment: { resources: InState[] } }) => {
      left = deployment.resources;
    },
  } as unknown as Stack;
  const confirm = async (question: string) => {
    asked.push(question);
    return agrees;
  };
  const progress = { ...silent, note: (text: string) => notes.push(text) };
  const failure = { message: "" };
  const run = { stack, progress, confirm, state: await stackState(stack) };
  const replace = await repairOnAiven(run, new AivenClient("test-token")).catch((error: Error) => {
    failure.message = error.message;
    return [];
  });
  return { left: left.map(({ urn }) => urn), kept: left, notes, asked, replace, failure: failure.message };
}

const urns = (...resources: InState[]) => resources.map(({ urn }) => urn);

describe("before an up on Aiven", () => {
  beforeEach(() => done("POST", "/service/kafka/topic", { topic_name: "readings" }));

  it("nothing is reported or changed if nothing is missing", async () => {
    expect(await repaired(ALL)).toMatchObject({ left: urns(...ALL), notes: [], asked: [], failure: "" });
  });

  it("a protected topic that nothing uses any more is kept, and the state forgets it", async () => {
    const obsolete = resource(
      "KafkaTopic",
      "notifier-cpu_notifier_state-topic",
      { serviceName: "kafka", topicName: "readings" },
      { protect: true, inputs: { topicName: "demo-cpu_notifier_state" }, dependencies: [KAFKA.urn] },
    );
    const rule = resource("KafkaAcl", "rule", {}, { dependencies: [obsolete.urn] });
    const { left, kept, notes } = await repaired([...ALL, obsolete, rule]);
    expect(left).toEqual(urns(...ALL, rule));
    expect(JSON.stringify(kept)).not.toContain(obsolete.urn);
    expect(notes).toEqual([
      "Nothing uses the topic demo-cpu_notifier_state any more. It is protected, and stays on Aiven: delete it in Aiven's console when you like.",
    ]);
    // The engine deletes an unprotected one.
    const free = { ...obsolete, protect: false };
    expect((await repaired([...ALL, free])).left).toEqual(urns(...ALL, free));
  });

  it("no request goes to Aiven for a stack that has nothing there", async () => {
    const before = standIn().requests.length;
    await repaired([TABLE]);
    expect(standIn().requests.length).toBe(before);
  });

  it("a deleted service is forgotten with everything that went with it, once the user agrees", async () => {
    await done("DELETE", "/service/kafka");
    const { left, kept, notes, asked, failure } = await repaired(ALL, { agrees: true });
    expect(failure).toBe("");
    expect(notes).toEqual(["Aiven has no service kafka any more: its topics and their records are lost."]);
    expect(asked).toEqual(["Recreate what was lost, without its data?"]);
    expect(left).toEqual(urns(POSTGRES, FLINK, TABLE));
    expect(JSON.stringify(kept)).not.toContain(KAFKA.urn);
  });

  describe("after an interrupted change of aiven.prefix", () => {
    const former = (kind: string, name: string, outputs: object, more: Partial<InState> = {}) =>
      resource(kind, name, outputs, { delete: true, ...more });
    const OLD = { serviceName: "old-kafka" };
    const OLD_KAFKA = former("Kafka", "kafka-service", OLD, { id: "test-project/old-kafka" });
    const OLD_TOPIC = former(
      "KafkaTopic",
      "readings-topic",
      { ...OLD, topicName: "readings" },
      { deletedWith: KAFKA.urn, dependencies: [KAFKA.urn] },
    );
    const BOTH = [...ALL, OLD_TOPIC, OLD_KAFKA];

    it("the former service is not missed, and the new one of the same URN stays in the state", async () => {
      const { kept, notes, asked, failure } = await repaired(BOTH, { agrees: true });
      expect({ kept, notes, asked, failure }).toEqual({ kept: BOTH, notes: [], asked: [], failure: "" });
    });

    it("a deleted new service is forgotten, and the former one stays, for the engine to delete", async () => {
      await done("DELETE", "/service/kafka");
      const { kept, notes } = await repaired(BOTH, { agrees: true });
      expect(notes).toHaveLength(1);
      // The engine accepts no resource that is before one that it depends on.
      const independent = { ...OLD_TOPIC, dependencies: [], deletedWith: undefined };
      expect(kept).toEqual([POSTGRES, FLINK, TABLE, independent, OLD_KAFKA]);
    });

    it("a topic that only the new service has lost is forgotten there", async () => {
      await done("DELETE", "/service/kafka/topic/readings");
      const { kept } = await repaired(BOTH, { agrees: true });
      expect(kept).toEqual(BOTH.filter((each) => each !== TOPIC));
    });
  });

  it("topics are looked for in the service of their own project", async () => {
    const elsewhere = { project: "other-project", serviceName: "kafka", topicName: "gone" };
    const services = new Map(
      ["test-project", "other-project"].map((project) => [project, [{ name: "kafka", state: "RUNNING" }]]),
    ) as unknown as ReadonlyMap<string, readonly AivenService[]>;
    const client = {
      topics: async (project: string) => (project === "test-project" ? ["readings"] : []),
    } as unknown as AivenClient;
    const other = resource("KafkaTopic", "other-topic", elsewhere);
    const { gone } = await lostOnAiven([KAFKA, TOPIC, other], services, client);
    expect(gone).toEqual([other]);
    expect((await lostOnAiven([KAFKA, other, TOPIC], services, client)).gone).toEqual([other]);
  });

  it("a deleted PostgreSQL takes our tables in it along", async () => {
    await done("DELETE", "/service/pg");
    const { left, notes } = await repaired(ALL, { agrees: true });
    expect(left).toEqual(urns(KAFKA, FLINK, TOPIC, INTEGRATION));
    expect(notes[0]).toMatch(/no service pg any more: its tables .* thresholds that were changed by hand/);
  });

  it("an up without consent ends by reporting what was lost and how to agree", async () => {
    await done("DELETE", "/service/kafka");
    const { left, failure } = await repaired(ALL);
    expect(left).toEqual(urns(...ALL));
    expect(failure).toContain("Aiven has no service kafka any more");
    expect(failure).toContain("npm run up -- dev --yes");
  });

  it("a deleted Flink is recreated without asking, because it has no data of its own", async () => {
    await done("DELETE", "/service/flink");
    const { left, asked, notes } = await repaired(ALL);
    expect(asked).toEqual([]);
    expect(notes[0]).toContain("they continue where their consumer groups were");
    expect(left).toEqual(urns(KAFKA, POSTGRES, TOPIC, TABLE));
  });

  it("a service that is powered off is named with what to do, and nothing changes", async () => {
    await done("PUT", "/service/kafka", { powered: false });
    const { left, failure } = await repaired(ALL, { agrees: true });
    expect(failure).toMatch(/^Powered off on Aiven: kafka\..*Power on service/);
    expect(left).toEqual(urns(...ALL));
  });

  it("topics that Kafka lost while it was powered off are recreated once the user agrees", async () => {
    await done("PUT", "/service/kafka", { powered: false });
    await done("PUT", "/service/kafka", { powered: true });
    pass(10_000);
    const { left, notes } = await repaired(ALL, { agrees: true });
    expect(notes).toEqual([
      "kafka has lost the topics readings, with their records (Kafka loses its topics when it is powered off).",
    ]);
    expect(left).toEqual(urns(KAFKA, POSTGRES, FLINK, TABLE, INTEGRATION));
  });
});

describe("a deployment of Flink on Aiven", () => {
  const APPLICATIONS = "/service/flink/flink/application";

  async function deployed(parallelism: number): Promise<InState> {
    const { id } = await done<{ id: string }>("POST", APPLICATIONS, { name: "dev-filter" });
    const table = (of: string) => ({
      create_table: `CREATE TABLE ${of} (a INT) WITH ('connector' = 'datagen')`,
    });
    const sql = { statement: "INSERT INTO b SELECT a FROM a", sources: [table("a")], sinks: [table("b")] };
    const version = await done<{ id: string }>("POST", `${APPLICATIONS}/${id}/version`, sql);
    const body = { version_id: version.id, parallelism };
    const deployment = await done<{ id: string }>("POST", `${APPLICATIONS}/${id}/deployment`, body);
    pass(10_000);
    const place = { serviceName: "flink", applicationId: id };
    const fullId = `test-project/flink/${id}/${deployment.id}`;
    return resource("FlinkApplicationDeployment", "cpu-filter-deployment", place, { id: fullId });
  }

  it("that has failed is replaced, with Flink's reason", async () => {
    // Three nodes with one slot each.
    const failed = await deployed(4);
    const { replace, notes, left } = await repaired([FLINK, failed]);
    expect(replace).toEqual(urns(failed));
    expect(notes).toEqual([
      expect.stringMatching(
        /^cpu-filter-deployment has failed, and is deployed again\. Flink's reason: NoResourceAvailableException: /,
      ),
    ]);
    expect(left).toEqual(urns(FLINK, failed));
  });

  it("whose application was deleted is forgotten with it, and redeployed without asking", async () => {
    const deployment = await deployed(1);
    const { applicationId } = Object(deployment.outputs);
    const place = { serviceName: "flink", applicationId };
    const application = resource("FlinkApplication", "cpu-filter-application", {
      ...place,
      name: "dev-filter",
    });
    const version = resource("FlinkApplicationVersion", "cpu-filter-version", place);
    const all = [FLINK, application, version, deployment];
    expect(await repaired(all)).toMatchObject({ left: urns(...all), notes: [] });
    standIn().state.service("flink").applications.clear();
    expect(await repaired(all)).toMatchObject({
      left: urns(FLINK),
      asked: [],
      replace: [],
      notes: [
        "flink has no application dev-filter any more: it is deployed again, and continues where its consumer group was.",
      ],
    });
  });

  it("that was stopped with a savepoint in Aiven's console is replaced, and the savepoint is named", async () => {
    const stopped = await deployed(1);
    const [, , applicationId, id] = (stopped.id ?? "").split("/");
    await done("POST", `${APPLICATIONS}/${applicationId}/deployment/${id}/stop`);
    // It is still writing its savepoint.
    expect(await repaired([FLINK, stopped])).toMatchObject({ replace: [], notes: [] });
    pass(10_000);
    const found = await repaired([FLINK, stopped]);
    expect(found).toMatchObject({
      replace: urns(stopped),
      asked: [],
      notes: [
        expect.stringMatching(
          /^cpu-filter-deployment was stopped \(FINISHED\), and is deployed again: it continues where its consumer group was, unless startingSavepoint names a savepoint; its last one is s3:\/\/savepoints\/\S+\.$/,
        ),
      ],
    });
    const savepoint = / (s3:\S+)\.$/.exec(found.notes.join())?.[1] ?? "";
    const startingSavepoint = { filter: savepoint };
    expect(settingsOf({ ...ON_AIVEN, startingSavepoint })).toMatchObject({ startingSavepoint });
  });

  it.each([
    ["was cancelled", "was stopped (CANCELED)"],
    ["was deleted", "was deleted"],
  ])("that %s in Aiven's console is replaced", async (what, fate) => {
    const ended = await deployed(1);
    const [, , applicationId, id] = (ended.id ?? "").split("/");
    const path = `${APPLICATIONS}/${applicationId}/deployment/${id}`;
    await done("POST", `${path}/cancel`);
    pass(10_000);
    if (what === "was deleted") await done("DELETE", path);
    pass(10_000);
    expect(await repaired([FLINK, ended])).toMatchObject({
      replace: urns(ended),
      notes: [
        `cpu-filter-deployment ${fate}, and is deployed again: it continues where its consumer group was, unless startingSavepoint names a savepoint.`,
      ],
    });
    // The engine replaces it in any case.
    for (const more of [{ delete: true }, { pendingReplacement: true }]) {
      expect(await repaired([FLINK, { ...ended, ...more }])).toMatchObject({ replace: [], notes: [] });
    }
  });

  it("that was restarted in Aiven's console is left to whoever did", async () => {
    const ended = await deployed(1);
    const [, , applicationId, id] = (ended.id ?? "").split("/");
    const path = `${APPLICATIONS}/${applicationId}/deployment`;
    await done("POST", `${path}/${id}/cancel`);
    pass(10_000);
    const { deployments } = await done<{ deployments: { version_id: string }[] }>("GET", path);
    await done("POST", path, { version_id: deployments[0]?.version_id });
    pass(10_000);
    expect(await repaired([FLINK, ended])).toMatchObject({ replace: [], notes: [] });
  });

  it("that started from a savepoint of the settings is named, because later ones would start from it, too", async () => {
    const running = {
      ...(await deployed(1)),
      inputs: { startingSavepoint: "s3://savepoints/1/savepoint-2" },
    };
    expect(await repaired([FLINK, running])).toMatchObject({
      replace: [],
      notes: [
        "cpu-filter-deployment has started from the savepoint s3://savepoints/1/savepoint-2 (startingSavepoint). While that is set, each new deployment of the pipeline reads again what came after it; remove it together with the next change of the pipeline.",
      ],
    });
  });

  it("that runs is kept", async () => {
    expect(await repaired([FLINK, await deployed(1)])).toMatchObject({ replace: [], notes: [] });
  });
});
