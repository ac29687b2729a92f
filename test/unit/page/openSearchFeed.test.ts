import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Attention } from "../../../apps/page/feeds/attention.ts";
import { feedFromOpenSearch } from "../../../apps/page/feeds/openSearchFeed.ts";
import { World } from "../../../apps/page/model/world.ts";

let status: number;
let server: Server;
let url: string;

beforeEach(async () => {
  status = 200;
  server = createServer((_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { reason: "not today" } }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

/** The status of OpenSearch after one poll. */
async function look() {
  const world = new World(Date.now(), [], ["OpenSearch"]);
  const stop = new AbortController();
  const attention = new Attention();
  const ended = feedFromOpenSearch({ url }, world, attention, stop.signal, "npm run up -- local");
  await attention.refresh(5_000);
  stop.abort();
  await ended;
  return world.parts.all[0];
}

it("OpenSearch is up if it responds, even to somebody without permission to ask", async () => {
  expect(await look()).toEqual({ name: "OpenSearch", state: "up" });
  status = 403;
  expect(await look()).toEqual({ name: "OpenSearch", state: "up" });
});

it("OpenSearch is down if it refuses or does not answer, with its own message and a command that helps", async () => {
  status = 503;
  expect(await look()).toMatchObject({
    state: "down",
    problem: expect.stringContaining("not today"),
    help: "npm run up -- local",
  });
  server.close();
  server.closeAllConnections();
  expect(await look()).toMatchObject({ state: "down", problem: expect.stringContaining("does not answer") });
});
