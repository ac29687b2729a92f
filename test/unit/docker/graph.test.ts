import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parsePageOptions } from "../../../apps/page/options.ts";
import { DockerEngine } from "../../../clients/docker/engine.ts";
import { IMAGES } from "../../../components/hosts/docker/images.ts";
import { nodeOptions } from "../../../components/hosts/nodeOptions.ts";
import { pipelineNames } from "../../../components/pipelines.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { EngineStandIn } from "../../support/engineStandIn.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { stackFile } from "../../support/stackFile.ts";
import { withoutEngine } from "../../support/withoutEngine.ts";

vi.mock("../../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../../setup/jars.ts")>()),
  missingJars: () => [],
}));
// It would query an engine and look for free ports: preflight.test.ts.
vi.mock("../../../components/hosts/docker/preflight.ts", () => ({ checkDocker: async () => undefined }));

const askImageId = DockerEngine.prototype.imageId;
const askIsStarting = DockerEngine.prototype.isStarting;
const { imageId, isStarting } = withoutEngine();

const graphOf = async (settings: Record<string, unknown> = {}, preview = false) =>
  ResourceGraph.of({ ...(await stackFile("docker")), ...settings }, "docker", preview);

interface Container {
  readonly command?: readonly string[];
  readonly [key: string]: unknown;
  readonly name: string;
  readonly image: string;
  readonly envs: readonly string[];
  readonly uploads: readonly { file: string; content: string }[];
  readonly volumes: readonly { containerPath: string; volumeName: string }[];
  readonly ports: readonly { internal: number; external: number; ip: string }[];
  readonly memory: number;
}

const CONTAINERS = [
  "flink-jobmanager",
  "flink-sql-gateway",
  "flink-taskmanager",
  "generator-container",
  "kafka-broker",
  "notifier-container",
  "openSearch-node",
  "page-container",
  "postgres-server",
];

const container = (graph: ResourceGraph, name: string) => graph.get(name).inputs as unknown as Container;
const containers = (graph: ResourceGraph) =>
  graph.names("Container").map((name) => [name, container(graph, name)] as const);
/** A Flink container's config.yaml. */
const flinkConfig = (graph: ResourceGraph, name: string) =>
  container(graph, name).uploads.find(({ file }) => file === "/opt/flink/conf/config.yaml")?.content ?? "";

/** The values of outputs, including secret ones. */
const plainValues = (outputs: Record<string, unknown>): Promise<Record<string, unknown>> =>
  new Promise((resolve) =>
    pulumi.output(outputs).apply((values) => resolve(values as Record<string, unknown>)),
  );

let graph: ResourceGraph;
beforeAll(async () => {
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "XDG_RUNTIME_DIR"])
    vi.stubEnv(name, "");
  for (const name of ["DOCKER_CONFIG", "HOME"]) vi.stubEnv(name, "/nowhere");
  graph = await graphOf();
});

describe("the stack docker", () => {
  it("runs everything in containers on one network, and nothing on this machine", () => {
    expect(graph.names("Container").sort()).toEqual(CONTAINERS);
    expect(graph.names("Network")).toEqual(["docker-network"]);
    expect(graph.names("Server")).toEqual([]);
    expect(graph.outputs).not.toHaveProperty("logs");
    expect(graph.outputs.docker).toEqual({
      engine: "unix:///var/run/docker.sock",
      label: "streaming.stack=docker",
    });
  });

  it("has the same topics, tables, thresholds, index and jobs as every other stack", () => {
    expect(graph.names("SqlJob").sort()).toEqual(pipelineNames.map((name) => `cpu-${name}`).sort());
    for (const kind of ["ThresholdTable", "IndexTemplate", "Password"])
      expect(graph.names(kind)).toHaveLength(1);
    expect(graph.names("Table")).toHaveLength(2);
    expect(graph.names("Topic")).toHaveLength(10);
  });

  it("has each resource under the component that it belongs to", () => {
    const expected = graph.resources.map(({ name }) => {
      const component = name.split("-")[0] ?? "";
      return [name, component === name ? "" : component];
    });
    expect(graph.resources.map(({ name, parent }) => [name, parent])).toEqual(expected);
  });

  it("names everything on the engine after the stack", () => {
    for (const [, { name }] of containers(graph)) expect(name).toMatch(/^streaming-docker-[a-z-]+$/);
    for (const kind of ["Volume", "Network"])
      for (const name of graph.names(kind))
        expect(graph.get(name).inputs.name).toMatch(/^streaming-docker(-[a-z]+)?$/);
  });

  it("publishes on 127.0.0.1 only the ports that this machine needs", () => {
    const ports = containers(graph).flatMap(([, { ports }]) => ports);
    expect(ports.map(({ ip }) => ip)).toEqual(ports.map(() => "127.0.0.1"));
    expect(ports.map(({ external }) => external).sort()).toEqual([25432, 28080, 28081, 28083, 29092, 9290]);
  });

  it("runs nothing as root, with capabilities or without limits", () => {
    for (const [name, each] of containers(graph)) {
      expect([name, each.user]).toEqual([name, expect.stringMatching(/^(?!root$)[a-z]+$/)]);
      expect(each).toMatchObject({
        privileged: false,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        memory: expect.any(Number),
        restart: "unless-stopped",
        wait: true,
        healthcheck: { tests: expect.arrayContaining(["CMD"]) },
      });
    }
  });

  it("keeps data in volumes that are deleted with everything in them", () => {
    expect(graph.names("Volume").sort()).toEqual([
      "flink-storage",
      "generator-data",
      "kafka-data",
      "notifier-data",
      "openSearch-data",
      "page-data",
      "postgres-data",
    ]);
    const storage = ["jobmanager", "taskmanager", "sql-gateway"].map(
      (role) => container(graph, `flink-${role}`).volumes,
    );
    expect(new Set(storage.map((volumes) => JSON.stringify(volumes))).size).toBe(1);
    expect(graph.get("cpu-cpu_agg_stats").deletedWith).toBe("kafka-data");
    expect(graph.get("cpu-thresholds").deletedWith).toBe("postgres-data");
    expect(graph.get("cpu-cpu_load_stats_real_filter_os").deletedWith).toBe("openSearch-data");
    expect(graph.get("cpu-filter").deletedWith).toBe("flink-jobmanager");
  });

  it("replaces a container only after the previous one has released its name and ports", () => {
    for (const [name] of containers(graph)) expect(graph.get(name).deleteBeforeReplace).toBe(true);
  });

  it("has Kafka at one address for containers and at another for this machine", async () => {
    const { uploads } = container(graph, "kafka-broker");
    const properties = (name: string) =>
      uploads.find(({ file }) => file === `/${name}.properties`)?.content.split("\n");
    // Inside, the published listener has its own port, whatever the port outside.
    const controller = "CONTROLLER://127.0.0.1:9093";
    expect(properties("server")).toEqual(
      expect.arrayContaining([
        "process.roles=broker,controller",
        "advertised.listeners=PLAINTEXT://kafka:9092,PUBLISHED://127.0.0.1:29092",
        `listeners=PLAINTEXT://:9092,PUBLISHED://:9094,${controller}`,
      ]),
    );
    expect(properties("controller")).toEqual(
      expect.arrayContaining(["process.roles=controller", `listeners=${controller}`]),
    );
    expect(properties("controller")?.join()).not.toContain("advertised.listeners");
    expect(container(graph, "kafka-broker").ports).toMatchObject([{ internal: 9094, external: 29092 }]);
    const { tables } = graph.get("cpu-filter").inputs as { tables: string[] };
    expect(String(tables)).toContain("'properties.bootstrap.servers' = 'kafka:9092'");
    for (const app of ["generator", "notifier", "page"]) {
      const [config] = container(graph, `${app}-container`).uploads;
      expect(JSON.parse(config?.content ?? "").kafka.bootstrapServers).toBe("kafka:9092");
    }
    const { kafka, generator, notifier } = await plainValues(graph.outputs);
    expect(kafka).toMatchObject({ bootstrapServers: "127.0.0.1:29092" });
    // The operator's tools run on this machine.
    expect(generator).toMatchObject({ kafka });
    expect(notifier).toMatchObject({ kafka });
    expect(graph.get("cpu-cpu_agg_stats").inputs.connection).toEqual(kafka);
  });

  it("has PostgreSQL and OpenSearch at their names for Flink, and on 127.0.0.1 for this machine", async () => {
    expect(String(graph.get("cpu-thresholdFilter").inputs.tables)).toContain(
      "'url' = 'jdbc:postgresql://postgres:5432/postgres?",
    );
    expect(String(graph.get("cpu-search").inputs.tables)).toContain("'hosts' = 'http://opensearch:9200'");
    expect(await plainValues(graph.outputs)).toMatchObject({
      postgres: { host: "127.0.0.1", port: 25432 },
      openSearch: { url: "http://127.0.0.1:9290" },
      flink: { webUrl: "http://127.0.0.1:28081", gatewayUrl: "http://127.0.0.1:28083" },
    });
  });

  it("serves the live page from the apps' image, at the address that it has elsewhere", async () => {
    const { image, command, ports, uploads } = container(graph, "page-container");
    expect(image).toBe(container(graph, "generator-container").image);
    expect(command).toEqual(["node", ...nodeOptions.page, "/app/page.mjs", "--config", uploads[0]?.file]);
    // A browser requests 127.0.0.1 and the published port; the page accepts no other name.
    expect(ports).toMatchObject([{ internal: 28080, external: 28080, ip: "127.0.0.1" }]);
    const { options } = JSON.parse(uploads[0]?.content ?? "");
    expect(parsePageOptions(options)).toMatchObject({
      stack: "docker",
      host: "0.0.0.0",
      port: 28080,
      readOnly: false,
      generator: true,
      notifierGroup: "docker-notifier",
      webDirectory: "/app/web",
      readyFile: "/data/ready",
      flinkUrl: "http://flink-jobmanager:8081",
      postgres: { host: "postgres", port: 5432, password: "generated-password" },
      openSearch: { url: "http://opensearch:9200" },
    });
    const { page, pageUrl, flink } = await plainValues(graph.outputs);
    expect(pageUrl).toBe("http://127.0.0.1:28080");
    // `npm run page` serves the same from this machine.
    const here = (page as { options: Record<string, unknown> }).options;
    expect(here).toMatchObject({
      pipelines: options.pipelines,
      flinkUrl: (flink as { webUrl: string }).webUrl,
      openSearch: { url: "http://127.0.0.1:9290" },
    });
    expect(here).not.toHaveProperty("host");
  });

  it("has the password only in secret files, not in an image or a variable", () => {
    const holders = graph.resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes("generated-password"),
    );
    for (const { name, inputs, secrets } of holders) {
      const open = Object.entries(inputs).filter(
        ([key, value]) => JSON.stringify(value).includes("generated-password") && !secrets.includes(key),
      );
      expect([name, open]).toEqual([name, []]);
    }
    expect(container(graph, "postgres-server").uploads).toEqual([
      expect.objectContaining({ file: "/etc/streaming/password", content: "generated-password" }),
    ]);
    expect(graph.get("postgres-server").secrets).toEqual(["uploads"]);
  });

  it("gives Flink the settings that it has on this machine", () => {
    expect(flinkConfig(graph, "flink-taskmanager").split("\n")).toEqual(
      expect.arrayContaining([
        "taskmanager.numberOfTaskSlots: 16",
        'execution.checkpointing.interval: "1000 ms"',
        "heartbeat.timeout: 12000",
        'restart-strategy.type: "exponential-delay"',
        'execution.checkpointing.dir: "file:///opt/flink/storage/checkpoints"',
        'jobmanager.rpc.address: "flink-jobmanager"',
      ]),
    );
  });

  it("runs Flink with the options that it has on this machine, without the image's scripts", async () => {
    const local = await ResourceGraph.of();
    for (const name of ["flink-jobmanager", "flink-taskmanager", "flink-sql-gateway"]) {
      const { command = [], envs } = container(graph, name);
      const [java, archive, , ...rest] = command;
      const options = rest.filter((argument) => /^-[XD]/.test(argument));
      expect([java, archive]).toEqual([
        "java",
        `-XX:SharedArchiveFile=/opt/flink/classes/${name.replace("flink-", "")}.jsa`,
      ]);
      expect(options).toContain("-XX:+UseSerialGC");
      expect(local.get(name).inputs.command).toEqual(expect.arrayContaining(options));
      expect(envs).toContain("FLINK_CONF_DIR=/opt/flink/conf");
    }
    expect(container(graph, "flink-jobmanager").command?.slice(-2)).toEqual([
      "--configDir",
      "/opt/flink/conf",
    ]);
  });

  it("records Flink's classes with the class path and the main classes that its containers use", () => {
    const folder = join(projectDirectory, "components/hosts/docker/flink");
    const dockerfile = readFileSync(join(folder, "Dockerfile"), "utf8");
    const script = readFileSync(join(folder, "recordClasses.sh"), "utf8");
    for (const role of ["jobmanager", "taskmanager", "sql-gateway"]) {
      const { command = [] } = container(graph, `flink-${role}`);
      const [classPath, mainClass] = command.slice(command.indexOf("-cp") + 1);
      expect(dockerfile).toContain(`recordClasses.sh /opt/flink/classes "${classPath}"`);
      expect(script.split("\n")).toContainEqual(
        expect.stringMatching(new RegExp(`^record ${role} ${mainClass}(?: |$)`)),
      );
    }
  });

  it("divides all of the TaskManager's memory within its container's limit", () => {
    const properties = flinkConfig(graph, "flink-taskmanager");
    const sizes = new Map(
      [...properties.matchAll(/^taskmanager\.memory\.([\w.-]+): "(\d+)m"$/gm)].map(([, part, size]) => [
        part,
        Number(size),
      ]),
    );
    const total = sizes.get("process.size") ?? 0;
    const parts = [...sizes].filter(([part]) => !/^process\.size$|\.max$/.test(part ?? ""));
    expect(parts.reduce((sum, [, size]) => sum + size, 0)).toBe(total);
    expect(container(graph, "flink-taskmanager").memory).toBeGreaterThan(total);
  });

  it("limits memory as docs/docker.md says", () => {
    const page = readFileSync(join(projectDirectory, "docs/docker.md"), "utf8");
    const documented = page
      .split("\n")
      .flatMap((line) => {
        const megabytes = /\| (\d+) MB(?: each)? \|/.exec(line)?.[1];
        const names = [...line.matchAll(/`(?:streaming-docker|…)-([\w-]+)`/g)].map(([, name]) => name);
        return names.map((name) => [name, Number(megabytes)]);
      })
      .filter(([, megabytes]) => megabytes);
    const limits = containers(graph).map(([, { name, memory }]) => [
      name.replace("streaming-docker-", ""),
      memory,
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(limits));
    const total = limits.reduce((sum, [, megabytes]) => sum + Number(megabytes), 0);
    expect(page).toContain(`limits of all containers add up to ${(total / 1_000).toFixed(1)} GB`);
  });

  it("finds a job's last checkpoint in the JobManager's container", () => {
    expect(graph.get("cpu-filter").inputs).toMatchObject({
      checkpointDirectory:
        "docker://streaming-docker-flink-jobmanager/opt/flink/storage/checkpoints?engine=unix%3A%2F%2F%2Fvar%2Frun%2Fdocker.sock",
    });
  });

  it("pulls the pinned images and builds its own images on them", () => {
    expect(graph.get("kafka-image").inputs).toMatchObject({ name: IMAGES.kafkaImage, keepLocally: true });
    expect(graph.get("flink-image").inputs).toMatchObject({
      name: expect.stringMatching(/^streaming-anomaly-detection\/flink:docker-[0-9a-f]{12}$/),
      keepLocally: false,
      build: {
        dockerfile: "components/hosts/docker/flink/Dockerfile",
        buildArgs: { FLINK_IMAGE: IMAGES.flinkImage, MAVEN_IMAGE: IMAGES.mavenImage },
      },
    });
  });
});

it("a preview of docker has the same resources as the stack", async () => {
  const previewed = await graphOf({}, true);
  const names = (graph: ResourceGraph) => graph.resources.map(({ type, name }) => `${type} ${name}`).sort();
  expect(names(previewed)).toEqual(names(graph));
});

it.each([
  ["postgres.port", 25433, ["postgres-server"]],
  ["kafka.port", 29192, ["kafka-broker"]],
  ["flink.webPort", 28181, ["flink-jobmanager"]],
  ["flink.checkpointIntervalMs", 2000, ["flink-jobmanager", "flink-sql-gateway", "flink-taskmanager"]],
  ["generator.rate", 36, ["generator-container"]],
  ["slack.interval", "11s", ["notifier-container"]],
  ["page.port", 28180, ["page-container"]],
  ["page.readOnly", true, ["page-container"]],
])("a changed %s changes only the containers of its service", async (setting, value, changed) => {
  const after = await graphOf({ [setting]: value });
  const differing = containers(graph)
    .filter(([name, inputs]) => JSON.stringify(inputs) !== JSON.stringify(container(after, name)))
    .map(([name]) => name);
  expect(differing.sort()).toEqual(changed);
});

it("a container runs the newest image with its name, even if it was rebuilt or pulled again", async () => {
  const idOf = async (images: Record<string, string>) => {
    const engine = await EngineStandIn.start({ images });
    imageId.mockImplementation(askImageId);
    try {
      return container(await graphOf({ "docker.host": engine.address }), "kafka-broker").image;
    } finally {
      imageId.mockResolvedValue(undefined);
      await engine.close();
    }
  };
  expect(await idOf({ [IMAGES.kafkaImage]: "sha256:old" })).toBe("sha256:old");
  expect(await idOf({ [IMAGES.kafkaImage]: "sha256:new" })).toBe("sha256:new");
  // The id as the provider knows it.
  expect(container(graph, "kafka-broker").image).toBe("id of kafka-image");
}, 30_000);

it("what depends on a container is deployed once Docker has restarted it", async () => {
  const answers = ["restarting", "restarting", "running"];
  const containers = {
    get "streaming-docker-flink-jobmanager"() {
      return answers.shift() ?? "asked too often";
    },
  };
  const engine = await EngineStandIn.start({ containers });
  isStarting.mockImplementation(askIsStarting);
  try {
    const after = await graphOf({ "docker.host": engine.address });
    expect(answers).toEqual([]);
    expect(after.names("SqlJob")).toEqual(graph.names("SqlJob"));
  } finally {
    isStarting.mockResolvedValue(false);
    await engine.close();
  }
}, 30_000);

it("an image from another registry replaces the pinned one", async () => {
  const other = await graphOf({
    "docker.postgresImage": "registry.example.com/postgres:18.4",
    "docker.flinkImage": "registry.example.com/flink:1.20.3-java17",
  });
  expect(other.get("postgres-image").inputs.name).toBe("registry.example.com/postgres:18.4");
  const { name, build } = other.get("flink-image").inputs;
  expect(build).toMatchObject({ buildArgs: { FLINK_IMAGE: "registry.example.com/flink:1.20.3-java17" } });
  expect(name).not.toBe(graph.get("flink-image").inputs.name);
});

it("has as many TaskManagers as docker.taskManagers says, each with its own name", async () => {
  const more = await graphOf({ "docker.taskManagers": 3 });
  const names = ["flink-taskmanager", "flink-taskmanager-2", "flink-taskmanager-3"];
  for (const name of names) {
    expect(container(more, name).name).toBe(`streaming-docker-${name}`);
    const config = flinkConfig(more, name).split("\n");
    expect(config).toContain(`taskmanager.resource-id: "${name}"`);
    expect(config).toContain(`taskmanager.host: "${name}"`);
  }
  expect(more.get("cpu-filter").dependsOn).toEqual(expect.arrayContaining(names));
  // Existing TaskManagers stay as they are.
  for (const [name, inputs] of containers(graph)) expect(container(more, name)).toEqual(inputs);
  expect(more.names("Container")).toHaveLength(CONTAINERS.length + 2);
});

it("containers are on the engine that docker.host names", async () => {
  const remote = await graphOf({ "docker.host": "ssh://operator@flink.example.com" });
  expect(remote.get("docker-engine").inputs.host).toBe("ssh://operator@flink.example.com");
});

describe("mixed stacks", () => {
  it("Flink on this machine reaches Kafka on Docker through its published port", async () => {
    const mixed = await ResourceGraph.of({ "kafka.runsOn": "docker" }, "mixed");
    expect(mixed.names("Container").sort()).toEqual(["generator-container", "kafka-broker"]);
    expect(String(mixed.get("cpu-filter").inputs.tables)).toContain(
      "'properties.bootstrap.servers' = '127.0.0.1:29092'",
    );
    expect(mixed.names("Server")).toContain("notifier-process");
  });
});
