import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstRows } from "../../cli/commands/start.ts";
import { deploy } from "../../cli/engine/engine.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { followRows } from "../../clients/results/followRows.ts";
import { outputOwner, pipelineNames, pipelineOf, sourceTopic } from "../../components/pipelines.ts";
import { containersOf, dockerStack, killContainer, userOf, whyNotDocker } from "../support/dockerStack.ts";
import { silent } from "../support/silentProgress.ts";
import type { TestStack } from "../support/testStack.ts";
import { produce } from "../support/topics.ts";

if (whyNotDocker !== "") console.warn(`Tests with Docker are skipped: ${whyNotDocker}.`);

const MINUTES = 60_000;

describe.skipIf(whyNotDocker !== "")(
  `the stack docker${whyNotDocker && ` (skipped: ${whyNotDocker})`}`,
  () => {
    let stack: TestStack;
    /** Container ids by name in the network; an id changes when the container is replaced. */
    const ids = async () => {
      const containers = stack.resources("docker:index/container:Container");
      return Object.fromEntries(containers.map(({ urn, outputs }) => [urn.split("::").at(-1), outputs.id]));
    };
    const changedSince = async (before: Record<string, unknown>) =>
      Object.entries(await ids())
        .filter(([name, id]) => before[name] !== id)
        .map(([name]) => name)
        .sort();

    beforeAll(async () => {
      stack = await dockerStack({ "generator.enabled": true });
      await stack.up();
    }, 15 * MINUTES);

    afterAll(async () => {
      await stack?.destroy();
      stack?.remove();
    }, 5 * MINUTES);

    it("gives results of every pipeline", { timeout: 4 * MINUTES }, async () => {
      const { kafka, results } = stack.outputs;
      await firstRows(stack.outputs, 1, () => undefined);
      // What the generator sends rarely or never: an unusual message, a late reading, alerts for the indexed hosts.
      const reading = (hostname: string, occurred_at: number) =>
        JSON.stringify({ hostname, cpu: "cpu1", usage: 100, occurred_at });
      const unusual = [
        "not JSON",
        reading("doc", Date.now() - 60 * MINUTES),
        reading("happy", Date.now()),
        reading("sleepy", Date.now()),
      ];
      await produce(
        kafka,
        sourceTopic,
        unusual.map((value) => ({ value })),
      );
      // An output that several pipelines write has the name of the first of them.
      const named = pipelineNames.filter(
        (name) => pipelineOf(name).output !== undefined && outputOwner(name) === name,
      );
      const missing = new Set<string>(named);
      expect(Object.keys(results).toSorted()).toEqual([...missing].toSorted());
      const complete = new AbortController();
      const signal = AbortSignal.any([complete.signal, AbortSignal.timeout(2 * MINUTES)]);
      await followRows(stack.outputs, { fromBeginning: true, signal }, ({ pipeline }) => {
        missing.delete(pipeline);
        if (missing.size === 0) complete.abort();
      });
      expect([...missing]).toEqual([]);
    });

    it("has only healthy containers, none of them running as root", async () => {
      const containers = await containersOf(stack);
      expect(containers.map(({ name }) => name)).toHaveLength(8);
      for (const { name, status } of containers) {
        expect([name, status]).toEqual([name, expect.stringContaining("(healthy)")]);
        expect([name, await userOf(name)]).toEqual([name, expect.toSatisfy((user) => user > 0)]);
      }
    });

    it("stays unchanged after another up and after a refresh", async () => {
      const before = await ids();
      expect(Object.keys(await stack.up())).toEqual(["same"]);
      await stack.refresh();
      expect(Object.keys(await stack.up())).toEqual(["same"]);
      expect(await changedSince(before)).toEqual([]);
    });

    it("replaces only the container of a changed service and keeps its data", {
      timeout: 5 * MINUTES,
    }, async () => {
      await withPostgres(stack.outputs.postgres, (client) =>
        client.query("UPDATE cpu_thresholds SET allowed_top = 5 WHERE hostname = 'doc'"),
      );
      const before = await ids();
      await stack.set({ "postgres.port": stack.outputs.postgres.port + 1 });
      await stack.up();
      expect(await changedSince(before)).toEqual(["postgres-server"]);
      const { rows } = await withPostgres(stack.outputs.postgres, (client) =>
        client.query("SELECT allowed_top FROM cpu_thresholds WHERE hostname = 'doc'"),
      );
      expect(rows).toEqual([{ allowed_top: 5 }]);
    });

    it("resumes from the last checkpoint after its JobManager was killed", {
      timeout: 5 * MINUTES,
    }, async () => {
      await killContainer(stack, "flink-jobmanager");
      await stack.refresh();
      await stack.up();
      const jobs = stack.resources("streaming:flink:SqlJob");
      for (const { outputs } of jobs) {
        expect(outputs).toMatchObject({ state: "RUNNING", startedFrom: expect.stringMatching(/\/chk-\d+$/) });
      }
    });

    it("completes an up that was killed while it created a container", { timeout: 5 * MINUTES }, async () => {
      const before = await ids();
      await stack.forgetCreation("flink-taskmanager");
      const notes: string[] = [];
      await deploy(stack.stack, { ...silent, note: (text) => notes.push(text) });
      expect(notes).toContainEqual(expect.stringMatching(/^Removed .* has left: \S+-flink-taskmanager\.$/));
      expect(await changedSince(before)).toEqual(["flink-taskmanager"]);
      expect((await stack.stack.exportStack()).deployment.pending_operations ?? []).toEqual([]);
    });

    it("leaves nothing on the engine when it is destroyed", { timeout: 5 * MINUTES }, async () => {
      await stack.destroy();
      expect(await containersOf(stack)).toEqual([]);
    });
  },
);
