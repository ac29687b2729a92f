import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, describe, expect, it } from "vitest";
import { docker } from "../../../components/hosts/docker/index.ts";
import { removeLeftovers } from "../../../components/hosts/docker/leftovers.ts";
import type { definitions } from "../../../components/hosts/docker/settings.ts";
import type { HostContext } from "../../../components/hosts/host.ts";
import { stackState } from "../../../components/stateResources.ts";
import { EngineStandIn } from "../../support/engineStandIn.ts";
import { silent } from "../../support/silentProgress.ts";

const CONTAINER = "docker:index/container:Container";
const NETWORK = "docker:index/network:Network";
const VOLUME = "docker:index/volume:Volume";

let engine: EngineStandIn | undefined;
afterEach(() => engine?.close());

interface Interrupted {
  /** What the state has: types by id. */
  readonly known?: Readonly<Record<string, string>>;
  /** What an interrupted run had begun to create: types by the name on the engine. */
  readonly begun: Readonly<Record<string, string>>;
  readonly onEngine: Parameters<typeof EngineStandIn.start>[0];
}

/** What is deleted from the engine and reported, and how often the stack's lock is taken. */
async function removed({ known = {}, begun, onEngine }: Interrupted) {
  engine = await EngineStandIn.start(onEngine);
  const provider = {
    urn: "urn:engine",
    type: "pulumi:providers:docker",
    inputs: { host: engine.address },
  };
  const resources = [provider, ...Object.entries(known).map(([id, type]) => ({ id, type }))];
  const pending_operations = Object.entries(begun).map(([name, type]) => ({
    type: "creating",
    resource: { type, inputs: { name } },
  }));
  const notes: string[] = [];
  let locked = 0;
  const stack = {
    name: "docker",
    exportStack: async () => ({ version: 3, deployment: { resources, pending_operations } }),
    refresh: async () => {
      locked += 1;
    },
  } as unknown as Stack;
  const progress = { ...silent, note: (text: string) => notes.push(text) };
  await removeLeftovers({ stack, progress, state: await stackState(stack) });
  return { deleted: engine.asked.filter((question) => question.startsWith("DELETE")), notes, locked };
}

it("a container that an interrupted up has created without noting it is removed", async () => {
  const { deleted, notes, locked } = await removed({
    known: { "id-of-kafka": CONTAINER, "our-network": NETWORK },
    begun: { flink: CONTAINER },
    onEngine: { containers: { kafka: "running", flink: "running" }, network: "our-network" },
  });
  expect(deleted).toEqual(["DELETE /containers/id-of-flink?force=true&v=true"]);
  expect(notes).toEqual(["Removed what an interrupted run has left: flink."]);
  expect(locked).toBe(1);
});

it("so is one that was not started yet, which is in no network", async () => {
  const { deleted } = await removed({
    known: { "our-network": NETWORK },
    begun: { flink: CONTAINER },
    onEngine: { containers: { flink: "created" } },
  });
  expect(deleted).toEqual(["DELETE /containers/id-of-flink?force=true&v=true"]);
});

it("so is a network", async () => {
  const { deleted, notes } = await removed({
    begun: { "streaming-docker": NETWORK },
    onEngine: { networks: { "streaming-docker": "a-network" } },
  });
  expect(deleted).toEqual(["DELETE /networks/a-network"]);
  expect(notes).toEqual(["Removed what an interrupted run has left: streaming-docker."]);
});

it.each<[string, Interrupted]>([
  [
    "is running in the network of another folder's stack of that name",
    {
      known: { "our-network": NETWORK },
      begun: { flink: CONTAINER },
      onEngine: { containers: { flink: "running" }, network: "another-network" },
    },
  ],
  [
    "was created by nobody's interrupted run",
    {
      known: { "our-network": NETWORK },
      begun: {},
      onEngine: { containers: { flink: "running" }, network: "our-network" },
    },
  ],
  [
    "is in the state",
    {
      known: { "our-network": NETWORK, "id-of-flink": CONTAINER },
      begun: { flink: CONTAINER },
      onEngine: { containers: { flink: "running" }, network: "our-network" },
    },
  ],
])("a container stays that %s", async (_, interrupted) => {
  expect(await removed(interrupted)).toEqual({ deleted: [], notes: [], locked: 0 });
});

it("a volume stays before an up, which takes it over", async () => {
  const { deleted } = await removed({
    begun: { "streaming-docker-postgres": VOLUME },
    onEngine: { volumes: ["streaming-docker-postgres"] },
  });
  expect(deleted).toEqual([]);
});

describe("at the end of a destroy", () => {
  /** What is deleted from the engine of a stack that has had these resources, by type. */
  async function removedAtTheEnd(had: { resources?: readonly string[]; begun?: readonly string[] }) {
    engine = await EngineStandIn.start({
      volumes: ["streaming-docker-postgres", "streaming-docker-kafka"],
      usedVolumes: ["streaming-docker-kafka"],
    });
    const context = { stack: "docker" } as HostContext<typeof definitions>;
    const resourceOf = (type: string) => ({ urn: `urn:${type}`, type });
    const provider = { urn: "urn:engine", type: "pulumi:providers:docker", inputs: { host: engine.address } };
    const found = await docker.removeLeftOver?.(context, {} as Stack, {
      resources: [provider, ...(had.resources ?? []).map(resourceOf)],
      begun: (had.begun ?? []).map(resourceOf),
    });
    return { found, asked: engine.asked };
  }

  it("the volumes that an interrupted up has left are removed, except those that a container has", async () => {
    const { found, asked } = await removedAtTheEnd({ begun: [VOLUME] });
    expect(found).toBe(true);
    expect(asked).toContainEqual(expect.stringContaining('"label":["streaming.stack=docker"]'));
    expect(asked.filter((question) => question.startsWith("DELETE"))).toEqual([
      "DELETE /volumes/streaming-docker-postgres",
    ]);
  });

  it("so are those of which nothing is known any more but the network beside them", async () => {
    const { asked } = await removedAtTheEnd({ resources: [NETWORK] });
    expect(asked).toContain("DELETE /volumes/streaming-docker-postgres");
  });

  it("the engine is not asked if the stack had nothing on it", async () => {
    expect(await removedAtTheEnd({})).toEqual({ found: false, asked: [] });
  });
});
