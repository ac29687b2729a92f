import { once } from "node:events";
import { chmodSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { RunError } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IMAGES } from "../../../components/hosts/docker/images.ts";
import type { Settings } from "../../../components/settings.ts";
import { UserError } from "../../../lib/userError.ts";
import { dockerFolder } from "../../support/dockerFolder.ts";
import { EngineStandIn } from "../../support/engineStandIn.ts";
import { freeOpenSearchPort, freePorts } from "../../support/ports.ts";
import { hostsOf, settingsOf } from "../aiven/settings.ts";

const checkDocker = (settings: Settings, stack: string) => hostsOf(settings, stack).preflight();

const ALL = {
  "kafka.runsOn": "docker",
  "postgres.runsOn": "docker",
  "openSearch.runsOn": "docker",
  "flink.runsOn": "docker",
  "notifier.runsOn": "docker",
};

/** Settings of a stack on Docker whose ports are free. */
async function onDocker(changes: Record<string, unknown>) {
  const [kafka, postgres, web, gateway] = await freePorts(4);
  return settingsOf({
    ...ALL,
    "kafka.port": kafka,
    "postgres.port": postgres,
    "flink.webPort": web,
    "flink.gatewayPort": gateway,
    "openSearch.port": await freeOpenSearchPort(),
    ...changes,
  });
}

beforeEach(() => {
  for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH"]) vi.stubEnv(name, "");
  vi.stubEnv("DOCKER_CONFIG", "/nowhere");
});

let engine: EngineStandIn | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await engine?.close();
  engine = undefined;
});

describe("before anything is created on Docker", () => {
  it("an engine that has everything the stack needs is accepted, and nothing is changed on it", async () => {
    engine = await EngineStandIn.start({ images: Object.values(IMAGES) });
    await checkDocker(await onDocker({ "docker.host": engine.address }), "docker");
    expect(engine.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
  });

  it("containers of the same name that the state does not know are refused, with how to remove them", async () => {
    const containers = { "streaming-docker-kafka": "running", "streaming-docker-page": "exited" };
    const volumes = ["streaming-docker-kafka"];
    engine = await EngineStandIn.start({ images: Object.values(IMAGES), containers, volumes });
    const hosts = hostsOf(await onDocker({ "docker.host": engine.address }), "docker");
    const filter = "--filter label=streaming.stack=docker";
    await expect(hosts.preflight(undefined, async () => [])).rejects.toThrow(
      `does not know:\n\n  streaming-docker-kafka\n  streaming-docker-page\n  the volume streaming-docker-kafka\n`,
    );
    await expect(hosts.preflight(undefined, async () => [])).rejects.toThrow(
      `docker volume rm $(docker volume ls -q ${filter})`,
    );
    const network = { urn: "urn:network", type: "docker:index/network:Network" };
    await hosts.preflight(undefined, async () => [network]);
    await hosts.preflight();
  });

  it("so are volumes whose containers are gone, because their data knows other passwords", async () => {
    const volumes = ["streaming-docker-kafka", "streaming-docker-postgres"];
    engine = await EngineStandIn.start({ images: Object.values(IMAGES), containers: {}, volumes });
    const hosts = hostsOf(await onDocker({ "docker.host": engine.address }), "docker");
    const volumeOf = (name: string) => ({
      urn: "urn:volume",
      type: "docker:index/volume:Volume",
      inputs: { name },
    });
    const checked = hosts.preflight(undefined, async () => [volumeOf("streaming-docker-kafka")]);
    await expect(checked).rejects.toThrow(
      "The Docker engine has volumes of a stack docker that the state of this one does not know:\n\n  the volume streaming-docker-postgres\n\n",
    );
    await expect(checked).rejects.toThrow(
      /remove the other one with its data:\n\n {2}docker volume rm \$\(docker volume ls -q --filter label=streaming\.stack=docker\)$/,
    );
    await hosts.preflight(undefined, async () => volumes.map(volumeOf));
  });

  describe("if the state was deployed on an engine at another address", () => {
    const stateOn = (host: unknown) => async () => [
      { urn: "urn:engine", type: "pulumi:providers:docker", inputs: { host } },
      { urn: "urn:network", type: "docker:index/network:Network", id: "our-network" },
    ];

    it("it is refused, with both addresses and what to do", async () => {
      engine = await EngineStandIn.start({ networks: { "streaming-docker": "another-network" } });
      const checked = hostsOf(await onDocker({ "docker.host": engine.address }), "docker").preflight(
        undefined,
        stateOn("ssh://a"),
      );
      await expect(checked).rejects.toBeInstanceOf(UserError);
      await expect(checked).rejects.toThrow(
        `The stack docker was deployed on the Docker engine at ssh://a, but now docker.host names the one at ${engine.address}.`,
      );
      await expect(checked).rejects.toThrow("set docker.host to ssh://a in Pulumi.docker.yaml");
      await expect(checked).rejects.toThrow("npm run destroy -- docker");
      expect(engine.asked.filter((line) => !line.startsWith("GET "))).toEqual([]);
    });

    it("the Docker context that names the other engine is told", async () => {
      engine = await EngineStandIn.start();
      const folder = dockerFolder({ chosen: "colima", contexts: { colima: engine.address } });
      vi.stubEnv("DOCKER_CONFIG", folder);
      const hosts = hostsOf(await onDocker({}), "docker");
      await expect(hosts.preflight(undefined, stateOn("unix:///var/run/docker.sock"))).rejects.toThrow(
        `at unix:///var/run/docker.sock, but now the Docker context colima names the one at ${engine.address}.`,
      );
    });

    it("it is accepted if it is the same engine, which has the stack's network", async () => {
      const networks = { "streaming-docker": "our-network" };
      engine = await EngineStandIn.start({ images: Object.values(IMAGES), networks });
      const hosts = hostsOf(await onDocker({ "docker.host": engine.address }), "docker");
      await hosts.preflight(undefined, stateOn("ssh://a"));
    });
  });

  it("an engine is accepted if the state has it, or nothing on the former one", async () => {
    engine = await EngineStandIn.start({ images: Object.values(IMAGES), containers: {} });
    const hosts = hostsOf(await onDocker({ "docker.host": engine.address }), "docker");
    const provider = { urn: "urn:engine", type: "pulumi:providers:docker" };
    const network = { urn: "urn:network", type: "docker:index/network:Network", id: "our-network" };
    const { address } = engine;
    await hosts.preflight(undefined, async () => [{ ...provider, inputs: { host: address } }, network]);
    await hosts.preflight(undefined, async () => [{ ...provider, inputs: { host: "ssh://a" } }]);
  });

  it.each([
    ["20.10", [1.41, 1.12]],
    ["29.0, which no longer knows what 20.10 speaks", [1.52, 1.44]],
  ] as const)("an engine %s is queried in an API version that it supports", async (_, api) => {
    engine = await EngineStandIn.start({ api, images: Object.values(IMAGES) });
    await checkDocker(await onDocker({ "docker.host": engine.address }), "docker");
    expect(engine.asked).toContain(`GET /images/${IMAGES.kafkaImage}/json`);
  });

  it("an engine that fails to answer is reported with its reason", async () => {
    engine = await EngineStandIn.start({ broken: "layer store is corrupt" });
    const checked = checkDocker(await onDocker({ "docker.host": engine.address }), "docker");
    await expect(checked).rejects.toThrow(
      `the Docker engine at ${engine.address} refuses to answer (layer store is corrupt): check its log`,
    );
  });

  it("podman is refused by name", async () => {
    engine = await EngineStandIn.start({ headers: { "libpod-api-version": "5.2.2" } });
    const checked = checkDocker(await onDocker({ "docker.host": engine.address }), "docker");
    await expect(checked).rejects.toThrow(
      /^podman answers at unix:\S+, and lacks features .*: select a Docker engine with docker\.host/,
    );
    await expect(checked).rejects.toBeInstanceOf(RunError);
  });

  it("the engine of the selected Docker context is the one that is queried", async () => {
    engine = await EngineStandIn.start({ images: Object.values(IMAGES) });
    const folder = dockerFolder({ chosen: "colima", contexts: { colima: engine.address } });
    vi.stubEnv("DOCKER_CONFIG", folder);
    await checkDocker(await onDocker({}), "docker");
    expect(engine.asked).toContain("GET /_ping");
    await engine.close();
    await expect(checkDocker(await onDocker({}), "docker")).rejects.toThrow(
      /Docker engine at unix:.* \(the Docker context colima names that one\)$/,
    );
  });

  it("an invalid address is reported as the user's mistake, whatever else is checked", async () => {
    vi.stubEnv("DOCKER_HOST", "localhost:2375");
    const checked = checkDocker(await onDocker({}), "docker");
    await expect(checked).rejects.toBeInstanceOf(RunError);
    await expect(checked).rejects.toThrow(/^DOCKER_HOST is "localhost:2375", which is not the address/);
  });

  it("an address where no Docker engine answers is reported", async () => {
    const server = createHttpServer((_, response) => response.end("It works!")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await expect(checkDocker(await onDocker({ "docker.host": address }), "docker")).rejects.toThrow(
        `the Docker engine at ${address} does not answer (the server there is not a Docker engine)`,
      );
    } finally {
      server.close();
    }
  });

  it("no engine is queried for a stack without containers on Docker", async () => {
    await checkDocker(settingsOf({ "docker.host": "unix:///nowhere/docker.sock" }), "local");
  });

  it("a missing engine is reported with what to do", async () => {
    const checked = checkDocker(await onDocker({ "docker.host": "unix:///nowhere/docker.sock" }), "docker");
    await expect(checked).rejects.toThrow(
      "there is no Docker engine at unix:///nowhere/docker.sock: install Docker (https://docs.docker.com/engine/install/) and start it, or set docker.host to another engine",
    );
  });

  it("an engine that is not running is reported, even if DOCKER_HOST names it", async () => {
    const [port] = await freePorts(1);
    vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${port}`);
    await expect(checkDocker(await onDocker({}), "docker")).rejects.toThrow(
      `the Docker engine at tcp://127.0.0.1:${port} is not running: start it`,
    );
  });

  it("a socket that this user may not use is reported, with how to get access", async () => {
    engine = await EngineStandIn.start();
    chmodSync(engine.socket, 0);
    const settings = await onDocker({ "docker.host": engine.address });
    // Root may use every socket.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(checkDocker(settings, "docker")).rejects.toThrow(
        /this user has no access to the Docker engine at unix:.*usermod -aG docker/,
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it("missing certificates are reported", async () => {
    vi.stubEnv("DOCKER_CERT_PATH", "/nowhere");
    const settings = await onDocker({ "docker.host": "tcp://127.0.0.1:2376" });
    await expect(checkDocker(settings, "docker")).rejects.toThrow(
      /DOCKER_CERT_PATH is \/nowhere, which should contain .*\/nowhere\/ca\.pem'\): set it to the folder that contains them/,
    );
  });

  it("a machine that ssh cannot reach is reported with ssh's message", async () => {
    const settings = await onDocker({ "docker.host": "ssh://nobody@nowhere.invalid" });
    await expect(checkDocker(settings, "docker")).rejects.toThrow(
      /the Docker engine at ssh:\/\/nobody@nowhere\.invalid does not answer \(ssh: |no ssh on this machine/,
    );
  });

  it("every taken port is reported with its setting, except the stack's own", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    try {
      engine = await EngineStandIn.start({ images: Object.values(IMAGES) });
      const settings = await onDocker({ "docker.host": engine.address, "flink.webPort": port });
      await expect(checkDocker(settings, "docker")).rejects.toThrow(
        new RegExp(`flink\\.webPort is ${port}, which is taken.*set flink\\.webPort to a free port`),
      );
      await engine.close();
      engine = await EngineStandIn.start({ images: Object.values(IMAGES), ports: [port] });
      await checkDocker(await onDocker({ "docker.host": engine.address, "flink.webPort": port }), "docker");
    } finally {
      other.close();
    }
  });

  it("an image that is neither present nor available is reported, and one that needs a login is left to the pull", async () => {
    engine = await EngineStandIn.start({
      images: Object.values(IMAGES).filter(
        (image) => image !== IMAGES.kafkaImage && image !== IMAGES.nodeImage,
      ),
      registry: {
        [IMAGES.kafkaImage]: [500, "dial tcp: lookup registry: no such host"],
        [IMAGES.nodeImage]: [401, "authentication required"],
      },
    });
    const checked = checkDocker(await onDocker({ "docker.host": engine.address }), "docker");
    const error = await checked.catch((thrown: Error) => thrown);
    expect(String(error)).toContain(
      `docker.kafkaImage is ${IMAGES.kafkaImage}, which is not present on the Docker engine and cannot be pulled (dial tcp: lookup registry: no such host)`,
    );
    expect(String(error)).not.toContain("nodeImage");
  });

  it("an engine on another machine requires a tunnel", async () => {
    const server = createHttpServer((_, response) => {
      response.setHeader("api-version", "1.41").end("{}");
    }).listen(0, "127.0.0.2");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const settings = await onDocker({ "docker.host": `tcp://127.0.0.2:${port}` });
      const web = settings["flink.webPort"];
      await expect(checkDocker(settings, "docker")).rejects.toThrow(
        new RegExp(
          `nothing listens at .*${web} \\(flink\\.webPort\\).*ssh -N .*-L ${web}:127\\.0\\.0\\.1:${web}`,
        ),
      );
    } finally {
      server.close();
    }
  });
});

describe("settings that do not fit containers", () => {
  it.each([
    [
      { "flink.runsOn": "docker" },
      "kafka.runsOn is local, but flink.runsOn is docker, and containers reach no service on this machine: set kafka.runsOn to docker or aiven, or flink.runsOn to local",
    ],
    [{ "notifier.runsOn": "docker" }, "kafka.runsOn is local, but notifier.runsOn is docker"],
    [{ ...ALL, "kafka.replicationFactor": 3 }, "Kafka on Docker is a single broker: set it to 1"],
    [
      { ...ALL, "slack.apiUrl": "http://127.0.0.1:9080/api/" },
      "slack.apiUrl is http://127.0.0.1:9080/api/, but notifier.runsOn is docker, and containers reach nothing that listens on this machine only: set it to an https address that other machines reach, or notifier.runsOn to local",
    ],
    [
      { ...ALL, "webhook.url": "http://localhost:9093/api/v2/alerts" },
      "webhook.url is an address of this machine, but notifier.runsOn is docker, and containers reach nothing",
    ],
    [{ ...ALL, "docker.kafkaImage": "apache/kafka" }, "allowed is an image with its version"],
    [{ ...ALL, "docker.host": "flink.example.com" }, "allowed is the address of a Docker engine"],
  ])("%j", (settings, problem) => {
    expect(() => settingsOf(settings)).toThrow(problem);
  });

  it.each<[string, Record<string, unknown>]>([
    ["a notifier on this machine", { "notifier.runsOn": "elsewhere" }],
    ["no notifier", { "notifier.enabled": false }],
  ])("include no receiver on this machine for %s", (_who, settings) => {
    const here = { "slack.apiUrl": "http://127.0.0.1:9080/", "webhook.url": "http://localhost:9093/" };
    expect(() => settingsOf({ ...ALL, ...here, ...settings })).not.toThrow();
  });

  it("include no receiver elsewhere whose path only looks like this machine", () => {
    expect(() => settingsOf({ ...ALL, "webhook.url": "https://example.org/localhost/hook" })).not.toThrow();
  });

  it("Flink on this machine can read Kafka on Docker, and Flink on Docker can read Kafka on Aiven", () => {
    settingsOf({ "kafka.runsOn": "docker" });
    settingsOf({
      "aiven.project": "test-project",
      "kafka.runsOn": "aiven",
      "kafka.replicationFactor": 2,
      "postgres.runsOn": "aiven",
      "openSearch.runsOn": "docker",
      "flink.runsOn": "docker",
    });
  });
});
