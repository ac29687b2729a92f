import { expect, it } from "vitest";
import type { ListedContainer } from "../../../clients/docker/engine.ts";
import { untilStarted } from "../../../components/hosts/docker/recovery.ts";
import { silent } from "../../support/silentProgress.ts";

const container = (name: string, state: string, status: string): ListedContainer => ({
  id: name,
  name,
  state,
  status,
  ports: [],
  networks: [],
});
const kafka = container("kafka", "running", "Up 2 minutes (healthy)");
const jobManager = (state: string, status: string) => container("flink-jobmanager", state, status);

it("waits until the containers that Docker has restarted are healthy", async () => {
  const answers = [
    [kafka, jobManager("restarting", "Restarting (137) 1 second ago")],
    [kafka, jobManager("running", "Up 1 second (health: starting)")],
    [kafka, jobManager("running", "Up 9 seconds (healthy)")],
  ];
  const titles: string[] = [];
  const progress = {
    ...silent,
    task: (title: string) => {
      titles.push(title);
      return silent.task(title);
    },
  };
  await untilStarted(async () => answers.shift() ?? [], progress);
  expect(answers).toEqual([]);
  expect(titles).toEqual(["Waiting for flink-jobmanager to become healthy"]);
});

it.each([
  ["healthy", "Up 2 minutes (healthy)"],
  ["unhealthy, which takes longer than a start", "Up 2 minutes (unhealthy)"],
])("does not wait for a container that is %s", async (_, status) => {
  let calls = 0;
  const list = async () => {
    calls++;
    return [kafka, jobManager("running", status)];
  };
  await untilStarted(list, silent);
  expect(calls).toBe(1);
});
