import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { endOrphanedPlugins } from "../../../cli/engine/interruptedRun.ts";
import { freePorts } from "../../support/ports.ts";

/** A process that looks like a provider's plugin. */
async function plugin(name: string, port: number): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), "streaming-plugin-"));
  const file = join(folder, name);
  writeFileSync(file, "#!/bin/sh\necho ready\nread line\n");
  chmodSync(file, 0o755);
  const child = spawn(file, [`127.0.0.1:${port}`], { stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => {
    child.kill();
    rmSync(folder, { recursive: true });
  });
  await once(child.stdout, "data");
  return child;
}

it("a plugin whose engine is gone is ended; a plugin with an engine and other programs are not", async () => {
  const engine = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void engine.close());
  await once(engine, "listening");
  const [nobody = 0] = await freePorts(1);
  const orphan = await plugin("pulumi-resource-aiven", nobody);
  const working = await plugin("pulumi-resource-aiven", (engine.address() as AddressInfo).port);
  const other = await plugin("something-else", nobody);
  const ended = once(orphan, "exit");
  await endOrphanedPlugins();
  expect(await ended).toEqual([null, "SIGTERM"]);
  expect([working, other].map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([null, null]);
});
