import { stripVTControlCharacters } from "node:util";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { AivenClient } from "../../../clients/aiven/client.ts";
import { awaitDeployments } from "../../../components/hosts/aiven/deployments.ts";
import { describeJobs } from "../../../components/hosts/aiven/jobStatus.ts";
import { describeServices, servicesOnAiven } from "../../../components/hosts/aiven/status.ts";
import { describeServers } from "../../../components/hosts/local/status.ts";
import type { StateResource } from "../../../components/stateResources.ts";
import type { Report } from "../../../lib/section.ts";
import { silentTask } from "../../support/silentProgress.ts";
import { done, pass, useStandIn } from "../aivenStandIn/standInCalls.ts";

const standIn = useStandIn();
beforeEach(() => {
  vi.stubEnv("AIVEN_WEB_URL", standIn().url);
});

const client = () => new AivenClient("test-token");
const plain = ({ rows }: Report) => rows.map((row) => row.map(stripVTControlCharacters));
const service = (type: string, serviceName: string): StateResource => ({
  urn: `urn:pulumi:dev::project::aiven:index/${type}::${serviceName}`,
  type: `aiven:index/${type}`,
  outputs: { project: "test-project", serviceName },
});
const onAiven = (applications: Record<string, string>) => ({
  flink: { project: "test-project", service: "flink", applications },
});

describe("services on Aiven", () => {
  const created = [
    service("kafka:Kafka", "kafka"),
    service("pg:Pg", "pg"),
    service("kafkaUser:KafkaUser", "kafka"),
  ];

  it("are those that the stack created and the existing Flink", () => {
    const names = (resources: StateResource[]) =>
      servicesOnAiven(resources, onAiven({})).map(({ serviceName }) => serviceName);
    expect(names(created)).toEqual(["kafka", "pg", "flink"]);
    expect(names([...created, service("flink:Flink", "flink")])).toEqual(["kafka", "pg", "flink"]);
    const local = { flink: { webUrl: "http://127.0.0.1:1", gatewayUrl: "http://127.0.0.1:1" } };
    expect(servicesOnAiven([], local)).toEqual([]);
  });

  it("are listed with Aiven's current state, plan and cloud", async () => {
    standIn().state.service("pg").powered = false;
    const asked = servicesOnAiven([...created, service("openSearch:OpenSearch", "lost")], onAiven({}));
    const report = await describeServices("dev", asked, client());
    expect(report.troubles).toEqual([
      "pg is powered off: power it on in Aiven's console.",
      "Aiven has no service lost any more: npm run up -- dev creates it again, empty, once you agree.",
    ]);
    expect(plain(report)).toEqual([
      ["kafka", "RUNNING", "business-4", "google-europe-west1"],
      ["pg", "POWEROFF", "startup-4", "google-europe-west1"],
      ["lost", "gone", "", ""],
      ["flink", "RUNNING", "business-4", "google-europe-west1"],
    ]);
  });
});

describe("jobs of Flink on Aiven", () => {
  const APPLICATIONS = "/service/flink/flink/application";

  async function application(name: string, parallelism?: number): Promise<string> {
    const { id } = await done<{ id: string }>("POST", APPLICATIONS, { name });
    if (parallelism === undefined) return id;
    const table = (of: string) => ({
      create_table: `CREATE TABLE ${of} (a INT) WITH ('connector' = 'datagen')`,
    });
    const sql = { statement: "INSERT INTO b SELECT a FROM a", sources: [table("a")], sinks: [table("b")] };
    const version = await done<{ id: string }>("POST", `${APPLICATIONS}/${id}/version`, sql);
    const deployment = { version_id: version.id, parallelism };
    await done("POST", `${APPLICATIONS}/${id}/deployment`, deployment);
    return id;
  }

  it("have the state of their newest deployment, with the reason if it failed", async () => {
    const filter = await application("dev-filter", 1);
    pass(10_000);
    // Three nodes with one slot each.
    const aggregate = await application("dev-aggregate", 3);
    pass(10_000);
    const notify = await application("dev-notify", 1);
    const applications = {
      trend: "no-such-id",
      notify,
      filter,
      quarantine: await application("dev-q"),
      aggregate,
    };
    const report = await describeJobs("dev", onAiven(applications).flink, client());
    expect(report.troubles).toEqual([
      "aggregate is FAILED, notify is INITIALIZING, trend is no deployment, quarantine is no deployment: " +
        "npm run up -- dev restarts what should run, or says why it cannot; Aiven's console says more.",
    ]);
    expect(plain(report)).toEqual([
      ["filter", "RUNNING", ""],
      ["aggregate", "FAILED", expect.stringMatching(/^NoResourceAvailableException: Could not acquire/)],
      ["notify", "INITIALIZING", ""],
      ["trend", "no deployment", ""],
      ["quarantine", "no deployment", ""],
    ]);
  });

  it("include Flink's connector to Slack, after the pipelines", async () => {
    const applications = {
      slack: await application("dev-slack"),
      filter: await application("dev-filter", 1),
    };
    pass(10_000);
    const report = await describeJobs("dev", onAiven(applications).flink, client());
    expect(plain(report)).toEqual([
      ["filter", "RUNNING", ""],
      ["slack", "no deployment", ""],
    ]);
    expect(report.troubles).toEqual([expect.stringMatching(/^slack is no deployment: /)]);
  });

  it("are waited for after an up", async () => {
    const { flink } = onAiven({ filter: await application("dev-filter", 1) });
    const waited: string[] = [];
    const update = (detail: string) => {
      waited.push(detail);
      pass(10_000);
    };
    await awaitDeployments(flink, client(), { task: { ...silentTask, update }, isOwn: true });
    expect(waited).toEqual(["not yet: filter"]);
  });

  it.each([429, 502, "drop"] as const)(
    "are asked for again if Aiven answers %s, each until it runs",
    async (status) => {
      const filter = await application("dev-filter", 1);
      const quick = await application("dev-quick", 1);
      pass(10_000);
      const path = new RegExp(`${filter}/deployment$`);
      standIn().fail({ path, status });
      const before = standIn().requests.length;
      const waited: string[] = [];
      const task = { ...silentTask, update: (detail: string) => void waited.push(detail) };
      await awaitDeployments(onAiven({ filter, quick }).flink, client(), { task, isOwn: true });
      expect(waited).toEqual(["not yet: filter"]);
      expect(standIn().requests.length - before).toBe(3);
    },
  );

  it("fail an up at once if Aiven refuses the question", async () => {
    const { flink } = onAiven({ filter: "no-such-id" });
    standIn().fail({ path: /deployment$/, status: 403, message: "Not a project member" });
    const awaited = awaitDeployments(flink, client(), { task: silentTask, isOwn: true });
    await expect(awaited).rejects.toThrow(/\(403\): Not a project member/);
  });

  it("fail an up if they do not run", async () => {
    const aggregate = await application("dev-aggregate", 4);
    const { flink } = onAiven({ aggregate, notify: await application("dev-notify") });
    pass(10_000);
    const awaited = (isOwn: boolean) => awaitDeployments(flink, client(), { task: silentTask, isOwn });
    await expect(awaited(true)).rejects.toThrow(
      /do not run:\n {2}aggregate: FAILED, NoResourceAvailableException: .*\n {2}notify: not deployed\n.*raise flink\.taskSlots\.$/,
    );
    await expect(awaited(false)).rejects.toThrow(
      "If task slots are missing, raise the service's number_of_task_slots (Aiven's console → flink → Service settings → Advanced configuration), or run fewer pipelines.",
    );
  });
});

describe("servers on this machine", () => {
  it("have no section if there are none", () => {
    expect(describeServers("local", [service("pg:Pg", "pg")])).toEqual({ rows: [], troubles: [] });
  });

  it("are summed up, with what to do about dead ones", () => {
    const directory = "/nowhere/kafka";
    const outputs = { pid: process.pid, startedAt: "never", directory, logFile: "/logs/kafka.log" };
    const server = { urn: "urn:pulumi:a::b::c::kafka-broker", type: "streaming:process:Server", outputs };
    const report = describeServers("local", [server]);
    expect(report.troubles).toEqual([
      "kafka-broker is dead: npm run up -- local restarts what has died, on the same data; the log may say why it did.",
    ]);
    expect(plain(report)).toEqual([
      ["kafka-broker", "dead", `pid ${process.pid}`, "0 MB", "/logs/kafka.log"],
    ]);
    expect(report.notes).toEqual(["0 MB resident in all"]);
  });
});
