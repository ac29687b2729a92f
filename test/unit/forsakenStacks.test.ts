import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { identify, isAlive, type ProcessIdentity } from "../../provider/process/identity.ts";
import { serverHandler } from "../../provider/process/server.ts";
import { ownContainers } from "../support/forsakenContainers.ts";
import { ownFolder, removeForsakenStacks } from "../support/forsakenStacks.ts";
import { ODDER_NAME } from "../support/names.ts";

describe("what a killed test left behind", () => {
  let directory: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "streaming-forsaken-"));
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });

  /** A folder as created by a test, with a server that works in it. */
  function stack(prefix = ODDER_NAME): { folder: string; server: ChildProcess; ended: Promise<unknown> } {
    const folder = ownFolder(prefix, directory);
    const data = join(folder, "data/test/kafka");
    mkdirSync(data, { recursive: true });
    const server = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], {
      cwd: data,
      detached: true,
      stdio: "ignore",
    });
    started.push(server);
    return { folder, server, ended: once(server, "exit") };
  }

  function idleProcess(): ChildProcess {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "ignore" });
    started.push(child);
    return child;
  }

  async function killedProcess(): Promise<ProcessIdentity | undefined> {
    const child = idleProcess();
    const identity = identify(child.pid ?? 0);
    child.kill("SIGKILL");
    await once(child, "exit");
    return identity;
  }

  function setOwner(folder: string, owner: object | undefined): void {
    const [file = ""] = readdirSync(folder).filter((name) => name.endsWith("-owner"));
    writeFileSync(join(folder, file), JSON.stringify(owner));
  }

  /** As if the test that made the folder had been killed. */
  const forsake = async (folder: string) => setOwner(folder, await killedProcess());

  it.each([ODDER_NAME, "streaming-kafka-"])("is ended and removed by the next run (%s)", async (prefix) => {
    const { folder, ended } = stack(prefix);
    await forsake(folder);
    expect(await removeForsakenStacks(directory)).toEqual([folder]);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(existsSync(folder)).toBe(false);
  });

  it("stays ended if it is supervised", async () => {
    const folder = ownFolder(ODDER_NAME, directory);
    const data = join(folder, "data/test/kafka");
    const { state } = await serverHandler.create(
      {
        command: [process.execPath, "-e", "setTimeout(() => {}, 60_000)"],
        directory: data,
        logFile: join(folder, "data/test/logs/kafka.log"),
        readiness: { command: ["true"] },
        supervised: true,
      },
      "kafka",
    );
    await forsake(folder);
    expect(await removeForsakenStacks(directory)).toEqual([folder]);
    expect(isAlive(state)).toBe(false);
    // Longer than a supervisor takes to notice and to restart the server.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(existsSync(folder)).toBe(false);
  });

  it("is removed when the test run was killed, and its worker is ended first", async () => {
    const { folder, ended } = stack();
    const worker = idleProcess();
    setOwner(folder, { ...identify(worker.pid ?? 0), run: await killedProcess() });
    expect(await removeForsakenStacks(directory)).toEqual([folder]);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(worker.exitCode ?? worker.signalCode ?? (await once(worker, "exit"))[1]).toBe("SIGKILL");
    expect(existsSync(folder)).toBe(false);
  });

  it("is ended but not forgotten if it has containers and no Docker engine answers", async () => {
    vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
    onTestFinished(() => void vi.unstubAllEnvs());
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    onTestFinished(() => warned.mockRestore());
    const { folder, ended } = stack();
    ownContainers(folder, "test-7");
    await forsake(folder);
    expect(await removeForsakenStacks(directory)).toEqual([]);
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(existsSync(folder)).toBe(true);
    expect(warned.mock.calls).toEqual([
      [expect.stringMatching(/^Containers of the stack test-7 could not be removed: /)],
    ]);
  });

  it("is left alone while its test runs", async () => {
    const { folder, server } = stack();
    expect(await removeForsakenStacks(directory)).toEqual([]);
    expect(server.exitCode ?? server.signalCode).toBeNull();
    expect(existsSync(folder)).toBe(true);
  });
});
