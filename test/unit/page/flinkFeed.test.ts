import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Attention } from "../../../apps/page/feeds/attention.ts";
import { feedFromFlink } from "../../../apps/page/feeds/flinkFeed.ts";
import { World } from "../../../apps/page/model/world.ts";

/** For what takes several requests, on a busy machine. */
const PATIENCE_MS = 30_000;

let server: Server;
let world: World;
let attention: Attention;
let stop: AbortController;
let ended: Promise<void> | undefined;
let asked: string[];
/** How often checkpoints are taken, according to the JobManager; at first it does not know. */
let interval: number | undefined;
/** When the TaskManager was last heard from, by the JobManager's clock; how often that is requested. */
let heartbeat: () => number;
let heartbeatInterval: string | undefined;
let jobState: string;

beforeEach(async () => {
  [asked, interval] = [[], undefined];
  [heartbeat, heartbeatInterval, jobState] = [Date.now, undefined, "RUNNING"];
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const body = path.endsWith("/checkpoints/config") && interval === undefined ? undefined : answerTo(path);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(body ?? { errors: ["not yet"] }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  world = new World(Date.now(), ["filter"], ["Flink"]);
  [attention, stop] = [new Attention(), new AbortController()];
  await follow("127.0.0.1");
});

async function follow(host: string): Promise<void> {
  stop.abort();
  await ended;
  stop = new AbortController();
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  ended = feedFromFlink(url, { filter: "the filter" }, world, attention, stop.signal, "help");
  await vi.waitFor(() => expect(flink()?.state).toBe("up"), PATIENCE_MS);
}

const flink = () => world.parts.all[0];
const requests = () => asked.filter((path) => path === "/taskmanagers").length;

afterEach(async () => {
  vi.useRealTimers();
  stop.abort();
  await ended;
  server.closeAllConnections();
  server.close();
});

function answerTo(path: string): object {
  if (path === "/jobmanager/config")
    return heartbeatInterval === undefined ? [] : [{ key: "heartbeat.interval", value: heartbeatInterval }];
  if (path === "/taskmanagers") return { taskmanagers: [{ timeSinceLastHeartbeat: heartbeat() }] };
  if (path.endsWith("/checkpoints/config")) return { interval };
  if (path.endsWith("/checkpoints")) return { latest: { completed: null } };
  if (path.endsWith("/overview")) {
    const tasks = { total: 1, running: 1 };
    return { jobs: [{ jid: "1", name: "the filter", state: jobState, tasks }] };
  }
  if (path === "/jobs/1") return { vertices: [] };
  return [];
}

it("the JobManager is queried once while nobody looks, and repeatedly while somebody does", async () => {
  await sleep(1_200);
  expect(requests()).toBe(1);
  const leave = attention.enter();
  await vi.waitFor(() => expect(requests()).toBe(3), PATIENCE_MS);
  leave();
});

it("a checkpoint interval that Flink did not report at first is known later", async () => {
  const known = () => world.jobs.get("filter")?.checkpointIntervalMs;
  expect([world.jobs.get("filter")?.state, known()]).toEqual(["RUNNING", undefined]);
  interval = 5_000;
  // Data that takes several requests per job is polled only every few seconds.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  await attention.refresh(PATIENCE_MS);
  expect(known()).toBe(5_000);
});

it("a TaskManager that went silent is found by its heartbeat, whatever the JobManager's clock shows", async () => {
  heartbeatInterval = "200 ms";
  // By another clock, which is an hour behind.
  let time = Date.now() - 3_600_000;
  let beats = true;
  heartbeat = () => (beats ? ++time : time);
  // An address such as another container would use, not this machine's; it leads here all the same.
  await follow("127.1");
  const leave = attention.enter();
  const before = requests();
  // At the fifth one, two looks have been judged: each asks again when a silence would be too long.
  await vi.waitFor(() => expect(requests()).toBeGreaterThanOrEqual(before + 5), PATIENCE_MS);
  expect(flink()?.state).toBe("up");
  beats = false;
  await vi.waitFor(
    () => expect(flink()?.problem).toMatch(/^A TaskManager has not answered for \d{1,2} s$/),
    PATIENCE_MS,
  );
  leave();
});

it.each([
  ["goes on is reported without waiting for the next look", 3_600, "A TaskManager has not answered for 4 s"],
  ["ends just in time is not reported", 100, undefined],
])("a TaskManager's silence that is almost too long and %s", async (_, silentMs, problem) => {
  heartbeatInterval = "2000";
  vi.useFakeTimers({ toFake: ["Date"] });
  // More than 3.5 s is too long.
  const silences = [2_900, silentMs];
  heartbeat = () => Date.now() - (silences.shift() ?? Number.NaN);
  await attention.refresh(30_000);
  expect([flink()?.problem, silences]).toEqual([problem, []]);
});

it("a short message reports that none of the pipelines runs", async () => {
  jobState = "CANCELED";
  await attention.refresh(PATIENCE_MS);
  expect(flink()?.problem).toBe("No pipeline is running");
});
