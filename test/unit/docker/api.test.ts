import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { askEngine } from "../../../clients/docker/api.ts";

it("an engine behind ssh that does not answer is given up after the time-out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-ssh-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  // Connected, but silent, like a link that has gone down since.
  writeFileSync(join(folder, "ssh"), "#!/bin/sh\nexec sleep 30\n");
  chmodSync(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  await expect(askEngine("ssh://ann@far", { path: "/_ping", timeoutMs: 300 })).rejects.toThrow(
    "the Docker engine at ssh://ann@far does not answer (no answer within 0.3 s)",
  );
});

/** The port of an engine on the IPv6 loopback that gives this answer. */
async function engineAnswering(status: number, body: string): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
  return (server.address() as AddressInfo).port;
}

it("an engine is reached at an IPv6 address", async () => {
  const port = await engineAnswering(200, "OK");
  expect(await askEngine(`tcp://[::1]:${port}`, { path: "/_ping" })).toMatchObject({ text: "OK" });
});

it.each([
  [500, "disk full", "refuses to answer (disk full): check its log, or set docker.host to another engine"],
  [
    409,
    "volume is in use",
    "refuses a request (volume is in use): end what uses it or changes it, then try again",
  ],
  [404, "no such volume", "refuses a request (no such volume): it may just have been removed: try again"],
  [403, "denied", "refuses a request (denied): ask whoever runs it for this permission, or set docker.host"],
  [400, "bad parameter", "refuses a request (bad parameter): correct what it names"],
])("an engine that answers %d says why, and what helps", async (status, message, sentence) => {
  const address = `tcp://[::1]:${await engineAnswering(status, JSON.stringify({ message }))}`;
  await expect(askEngine(address, { path: "/_ping" })).rejects.toThrow(
    `the Docker engine at ${address} ${sentence}`,
  );
});
