import { afterEach, expect, it } from "vitest";
import { DockerEngine } from "../../../clients/docker/engine.ts";
import { EngineStandIn } from "../../support/engineStandIn.ts";

let engine: EngineStandIn | undefined;
afterEach(() => engine?.close());

it.each([
  ["that Docker restarts is", "restarting", true],
  ["that has not said yet whether it is healthy is", "running (health: starting)", true],
  ["that is healthy is not", "running (healthy)", false],
  ["that is unhealthy, which takes longer than a start, is not", "running (unhealthy)", false],
  ["that was stopped is not", "exited", false],
])("a container %s starting", async (_, state, isStarting) => {
  engine = await EngineStandIn.start({ containers: { other: "restarting", kafka: state } });
  expect(await new DockerEngine(engine.address).isStarting("kafka")).toBe(isStarting);
});

it("a container that does not exist is not starting", async () => {
  engine = await EngineStandIn.start({ containers: { other: "restarting" } });
  expect(await new DockerEngine(engine.address).isStarting("kafka")).toBe(false);
});
