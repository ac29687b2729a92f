import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Network, thisMachine } from "../../../components/contract.ts";
import { AIVEN_TOKEN_KEY } from "../../../components/hosts/aiven/token.ts";
import type { Host } from "../../../components/hosts/host.ts";
import { hosts } from "../../../components/hosts/registry.ts";
import { type Services, servicesOf } from "../../../components/hosts/services.ts";
import { StackHosts } from "../../../components/hosts/stackHosts.ts";
import { pipelineSql } from "../../../components/pipelineSql.ts";
import { services } from "../../../components/settings/shared.ts";
import { Password } from "../../../provider/sdk.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { type Registered, ResourceGraph } from "../../support/resourceGraph.ts";
import { withoutEngine } from "../../support/withoutEngine.ts";
import { settingsOf } from "../aiven/settings.ts";

vi.mock("../../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../../setup/jars.ts")>()),
  missingJars: () => [],
}));
withoutEngine();

let api: AivenStandIn;
beforeAll(async () => {
  api = await AivenStandIn.start({
    services: [
      { name: "my-flink", type: "flink", plan: "business-4", userConfig: { number_of_task_slots: 10 } },
      {
        name: "my-kafka",
        type: "kafka",
        plan: "business-4",
        userConfig: { kafka_authentication_methods: { certificate: true, sasl: true } },
      },
      { name: "my-postgres", type: "pg", plan: "startup-4" },
      { name: "my-search", type: "opensearch", plan: "startup-4" },
    ],
  });
  for (const [name, value] of Object.entries(api.environment)) vi.stubEnv(name, value);
});
afterAll(() => api.close());

/** What any host needs to know before it can run anything. */
const NEEDED = {
  "aiven.project": "test-project",
  "flink.gatewayUrl": "http://flink.example.org:8083",
  "flink.webUrl": "http://flink.example.org:8081",
  "flink.service": "my-flink",
  "kafka.service": "my-kafka",
  "postgres.service": "my-postgres",
  "openSearch.service": "my-search",
  "kafka.bootstrapServers": "kafka.example.org:9093",
  "kafka.user": "streaming",
  "postgres.address": "db.example.org",
  "postgres.database": "company",
  "postgres.user": "streaming",
  "openSearch.url": "https://search.example.org",
  "openSearch.user": "streaming",
};

/** A stack in which a host runs everything that it can, each in the first way it offers, with Flink as given. */
function stackOn(host: Host, flink: string | undefined, isLast: boolean) {
  const chosen = services.flatMap((service) => {
    const values = Object.keys(host.runs[service] ?? {});
    const value = values.at(isLast ? -1 : 0);
    return value === undefined ? [] : [[`${service}.runsOn`, value] as const];
  });
  const settings: Record<string, unknown> = {
    ...NEEDED,
    ...Object.fromEntries(chosen),
    ...(flink !== undefined && { "flink.runsOn": flink }),
    ...(host.name === "aiven" && { "kafka.replicationFactor": 2 }),
    // Flink on Aiven reaches only the database that every service has.
    ...(host.runs.flink !== undefined && flink !== "local" && { "postgres.database": "" }),
  };
  const name = [host.name, ...(flink === undefined ? [] : [`flink.runsOn ${flink}`])].join(", ");
  return [isLast ? `${name}, all else in its last way` : name, settings] as const;
}

/** Each host with each of its ways to run Flink, and the last of its ways to run everything else. */
const stacks = hosts.flatMap((host: Host) => {
  const ways = Object.keys(host.runs.flink ?? {});
  const hasMore = services.some(
    (service) => service !== "flink" && Object.keys(host.runs[service] ?? {}).length > 1,
  );
  return [
    ...(ways.length === 0 ? [undefined] : ways).map((flink) => stackOn(host, flink, false)),
    ...(hasMore ? [undefined, ...ways] : []).map((flink) => stackOn(host, flink ?? "local", true)),
  ];
});

const ELSEWHERE: Network = { name: "a network that no host knows" };
const keeping = {
  replace: false,
  replaceSetting: "",
  grants: { flink: ["SELECT"], notifier: ["SELECT"] },
} as const;

interface Asked {
  readonly graph: ResourceGraph;
  readonly services: Services;
}

/** Every secret except Aiven's token is the same. */
const stackOf = (settings: Record<string, unknown>) =>
  new StackHosts({
    settings: settingsOf(settings),
    stack: "test",
    secret: async (key) => (key === AIVEN_TOKEN_KEY ? api.environment.AIVEN_TOKEN : "a password"),
  });

/** Creates one thing of each kind on the services of a stack, each after the resource `first`. */
async function asked(settings: Record<string, unknown>, more?: (services: Services) => void): Promise<Asked> {
  let found: Services | undefined;
  const graph = await ResourceGraph.of(settings, "test", false, async () => {
    const stack = await servicesOf(stackOf(settings));
    found = stack;
    const { kafka, postgres, openSearch, flink } = stack;
    const opts = { dependsOn: new Password("first") };
    const roles = ["generator", "flink", "notifier", "operator"] as const;
    kafka.createTopic("topic", { topic: "a_topic", writers: roles, readers: roles }, opts);
    const ddl = "CREATE TABLE a_table (a int)";
    postgres.createTable("table", { table: "a_table", ddl, ...keeping }, opts);
    const limits = { table: "limits", ddl: "CREATE TABLE limits (hostname text)", rows: {}, ...keeping };
    postgres.createThresholdTable("limits", limits, opts);
    const body = { settings: {}, mappings: {} };
    openSearch?.createIndexTemplate("index", { template: "index", index: "index", body }, opts);
    const sql = pipelineSql("filter", {});
    flink.runPipeline("job", { pipeline: "filter", group: "test-filter", ...sql, kafka, postgres }, opts);
    more?.(stack);
    return {};
  });
  if (found === undefined) throw new Error("nothing was created");
  return { graph, services: found };
}

/** Aiven's Flink reaches services through integrations, not as a separate client. */
const clientRoles = (settings: Record<string, unknown>) =>
  (["generator", "notifier", "operator", "flink"] as const).filter(
    (role) => role !== "flink" || !["managed", "existing"].includes(String(settings["flink.runsOn"])),
  );

/** All the connections that clients of a role and a network can request. */
function connections(
  { kafka, postgres, openSearch, apps }: Services,
  settings: Record<string, unknown>,
): pulumi.Output<object>[] {
  const networks = [thisMachine, ELSEWHERE, ...Object.values(apps).flatMap((app) => app?.network ?? [])];
  return networks.flatMap((from) => [
    ...clientRoles(settings).map((role) => kafka.connection({ role, from })),
    ...(["owner", "flink", "notifier"] as const).map((role) => postgres.connection({ role, from })),
    ...(["operator", "flink"] as const).flatMap((role) => openSearch?.connection({ role, from }) ?? []),
  ]);
}

const plain = <T>(output: pulumi.Output<T>) =>
  new Promise<{ value: T; secret: boolean }>((resolve) =>
    output.apply(async (value) => resolve({ value, secret: await pulumi.isSecret(output) })),
  );

const HOLDS = { topic: "kafka", table: "postgres", limits: "postgres", index: "openSearch" } as const;

/** Whether the resource, or its parent, is removed with a service or waits for one. */
const goesBefore = ({ dependsOn, deletedWith }: Registered) => deletedWith !== "" || dependsOn.length > 1;

describe.each(stacks)("the host %s", (_name, settings) => {
  it("makes whatever it creates depend on what it is told to", async () => {
    const { graph } = await asked(settings);
    for (const name of ["topic", "table", "limits", "index"]) {
      expect(graph.get(name).dependsOn, name).toContain("first");
    }
    const jobs = graph.resources.filter(({ name }) => /^job(-|$)/.test(name));
    expect(jobs.length).toBeGreaterThan(0);
    for (const { name, dependsOn } of jobs) expect(dependsOn, name).toContain("first");
  });

  it("creates nothing when a connection is asked for", async () => {
    const quiet = await asked(settings);
    const asking = await asked(settings, (services) => void connections(services, settings));
    const names = ({ graph }: Asked) => graph.resources.map(({ name }) => name).sort();
    expect(names(asking)).toEqual(names(quiet));
  });

  it("has an address for clients in every network, including that of its own apps", async () => {
    const given: Promise<{ value: object; secret: boolean }>[] = [];
    await asked(settings, (services) =>
      given.push(...connections(services, settings).map((output) => plain(output))),
    );
    for (const { value } of await Promise.all(given)) {
      expect(JSON.stringify(value)).toMatch(/"(bootstrapServers|host|url)":"[^"]+/);
    }
  });

  it("keeps every connection with a password or a key secret", async () => {
    const given: Promise<{ value: object; secret: boolean }>[] = [];
    await asked(settings, (services) =>
      given.push(...connections(services, settings).map((output) => plain(output))),
    );
    for (const { value, secret } of await Promise.all(given)) {
      const hasCredentials = /"(password|key)":"[^"]/.test(JSON.stringify(value));
      if (hasCredentials) expect(secret, JSON.stringify(Object.keys(value))).toBe(true);
    }
  });

  it("names each resource once, after the component that it belongs to", async () => {
    const { graph } = await asked(settings);
    const names = graph.resources.map(({ name, type }) => `${type} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, parent } of graph.resources) {
      if (parent !== "")
        expect(name.startsWith(parent.split("-")[0] ?? ""), `${name} in ${parent}`).toBe(true);
    }
  });

  it("destroys what is in a service before the service or with it, unless the service stays", async () => {
    const { graph } = await asked(settings);
    const stack = stackOf(settings);
    const created = (["topic", "table", "limits", "index"] as const)
      .filter((name) => !stack.adopts(HOLDS[name]))
      .map((name) => graph.get(name));
    for (const resource of created) {
      const inside = graph.resources.filter(({ parent }) => parent === resource.name);
      expect([resource, ...inside].some(goesBefore), resource.name).toBe(true);
    }
  });
});
