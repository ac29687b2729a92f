import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { endOrphanedPlugins } from "../../../cli/engine/interruptedRun.ts";
import { allCommands } from "../../../provider/process/identity.ts";
import { freePorts } from "../../support/ports.ts";

/** A process that looks like a provider's plugin. */
async function plugin(name: string, port: number): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), "streaming plugin of a user-"));
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
  // On a slim image there is no `ps`.
  if (process.platform === "linux") vi.stubEnv("PATH", "/nowhere");
  onTestFinished(() => void vi.unstubAllEnvs());
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

it("where processes are listed by ps alone, a list that is long or missing is no failure", () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-ps-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  vi.stubEnv("PATH", folder);
  expect(allCommands("darwin")).toEqual([]);
  const long = `i=0; while [ $i -lt 3000 ]; do echo "  7 /bin/a ${"x".repeat(1_000)}"; i=$((i + 1)); done`;
  writeFileSync(join(folder, "ps"), `#!/bin/sh\n${long}\n`, { mode: 0o755 });
  expect(allCommands("darwin")).toHaveLength(3_000);
  expect(allCommands("darwin")[0]).toEqual({ pid: 7, command: `/bin/a ${"x".repeat(1_000)}` });
});
