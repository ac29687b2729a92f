import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Attention } from "../../../apps/page/feeds/attention.ts";
import { feedFromFlink } from "../../../apps/page/feeds/flinkFeed.ts";
import { World } from "../../../apps/page/model/world.ts";

let server: Server;
let world: World;
let attention: Attention;
let stop: AbortController;
let ended: Promise<void>;
let asked: string[];
/** What the JobManager says about how often checkpoints are taken; it does not know at first. */
let interval: number | undefined;

beforeEach(async () => {
  [asked, interval] = [[], undefined];
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
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ended = feedFromFlink(url, { filter: "the filter" }, world, attention, stop.signal, "help");
  await vi.waitFor(() => expect(world.parts.all[0]?.state).toBe("up"));
});

afterEach(async () => {
  vi.useRealTimers();
  stop.abort();
  await ended;
  server.closeAllConnections();
  server.close();
});

function answerTo(path: string): object {
  if (path === "/jobmanager/config") return [];
  if (path === "/taskmanagers") return { taskmanagers: [{ timeSinceLastHeartbeat: Date.now() }] };
  if (path.endsWith("/checkpoints/config")) return { interval };
  if (path.endsWith("/checkpoints")) return { latest: { completed: null } };
  if (path.endsWith("/overview")) {
    const tasks = { total: 1, running: 1 };
    return { jobs: [{ jid: "1", name: "the filter", state: "RUNNING", tasks }] };
  }
  if (path === "/jobs/1") return { vertices: [] };
  return [];
}

it("the JobManager is asked once while nobody looks, and again and again while somebody does", async () => {
  const looks = () => asked.filter((path) => path === "/taskmanagers").length;
  await sleep(1_200);
  expect(looks()).toBe(1);
  const leave = attention.enter();
  await vi.waitFor(() => expect(looks()).toBe(3), 3_000);
  leave();
});

it("an interval of checkpoints that Flink did not say at first is known later", async () => {
  const known = () => world.jobs.get("filter")?.checkpointIntervalMs;
  expect([world.jobs.get("filter")?.state, known()]).toEqual(["RUNNING", undefined]);
  interval = 5_000;
  // What takes several requests a job is asked for every few seconds only.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  await attention.refresh(3_000);
  expect(known()).toBe(5_000);
});
