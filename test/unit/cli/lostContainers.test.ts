import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, expect, it } from "vitest";
import { noticeLostContainers } from "../../../components/hosts/docker/recovery.ts";
import { stackState } from "../../../components/stateResources.ts";
import { EngineStandIn } from "../../support/engineStandIn.ts";
import { silent } from "../../support/silentProgress.ts";

const urnOf = (name: string) => `urn:pulumi:docker::project::docker:index/container:Container::${name}`;

let engine: EngineStandIn | undefined;
afterEach(() => engine?.close());

/** What is refreshed and reported for a stack that has had these containers. */
async function noticed(inState: readonly string[], onEngine: Record<string, string>) {
  engine = await EngineStandIn.start({ containers: onEngine });
  const targets: string[] = [];
  const notes: string[] = [];
  const resources = inState.map((name) => ({
    urn: urnOf(name),
    type: "docker:index/container:Container",
    outputs: { name },
  }));
  const stack = {
    name: "docker",
    exportStack: async () => ({ version: 3, deployment: { resources } }),
    refresh: async ({ target }: { target: string[] }) => targets.push(...target),
  } as unknown as Stack;
  const progress = { ...silent, note: (text: string) => notes.push(text) };
  await noticeLostContainers({ stack, progress, state: await stackState(stack) }, engine.address);
  return { targets, notes, asked: engine.asked };
}

it("stopped or removed containers are refreshed by name", async () => {
  const { targets, notes, asked } = await noticed(["kafka", "flink", "postgres"], {
    kafka: "exited",
    postgres: "running",
  });
  expect(targets).toEqual([urnOf("kafka"), urnOf("flink")]);
  expect(notes).toEqual(["No longer running: kafka, flink."]);
  expect(asked).toEqual(["GET /_ping", expect.stringContaining('"label":["streaming.stack=docker"]')]);
});

it("running containers and those restarted by the engine are not refreshed", async () => {
  const { targets, notes } = await noticed(["kafka", "flink"], { kafka: "running", flink: "restarting" });
  expect([targets, notes]).toEqual([[], ["Docker is restarting flink."]]);
});

it("a stack without containers queries no engine", async () => {
  expect((await noticed([], {})).asked).toEqual([]);
});
