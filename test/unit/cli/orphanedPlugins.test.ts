import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { endOrphanedPlugins } from "../../../cli/engine/interruptedRun.ts";
import { allCommands } from "../../../provider/process/identity.ts";
import { freePorts } from "../../support/ports.ts";

const STALL_MS = 2_500;

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

/** Ends those whose engine is gone, although this process then stands still for longer than it waits for an engine. */
async function endOrphans(plugins: readonly ChildProcess[]): Promise<void> {
  for (const { pid } of plugins) {
    // From a `setImmediate`, Node runs its timers before it reads what has arrived.
    await nextTurn();
    const ending = endOrphanedPlugins(allCommands().filter((each) => each.pid === pid));
    // Once it has called the engine.
    process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_MS));
    await ending;
  }
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
  const plugins = [orphan, working, other];
  const ended = plugins.map((each) => once(each, "exit"));
  await endOrphans(plugins);
  for (const each of [working, other]) each.stdin?.end("\n");
  expect(await Promise.all(ended)).toEqual([
    [null, "SIGTERM"],
    [0, null],
    [0, null],
  ]);
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
