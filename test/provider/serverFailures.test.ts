import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { identify, isAlive } from "../../provider/process/identity.ts";
import { holderOf } from "../../provider/process/ports.ts";
import { serverHandler } from "../../provider/process/server.ts";
import { freePorts } from "../support/ports.ts";
import { listensAt, runsOn, ServerFolder, startsChild } from "../support/serverFolder.ts";
import { until } from "../support/topics.ts";

/** A process that is none of ours. */
function stranger(script: string): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child as ChildProcess & { pid: number };
}

describe("a taken port", () => {
  it("is an error that names every such port, its setting and who holds it, before anything starts", async () => {
    const [first = 0, second = 0, free = 0] = await freePorts(3);
    const holder = stranger(`${listensAt(first)} ${listensAt(second)}`);
    const folder = new ServerFolder();
    const ports = { "flink.webPort": first, "flink.rpcPort": free, "flink.gatewayPort": second };
    const inputs = folder.server(runsOn, { ports });
    await until(() => holderOf(second) !== undefined, "the holder to listen", 5_000);
    const error = await serverHandler.create(inputs, "one").then(
      () => undefined,
      (reason: Error) => reason,
    );
    const by = `process ${holder.pid} (${process.execPath} -e ${listensAt(first)}`;
    expect(error?.message).toContain(`port ${first} is taken by ${by}`);
    expect(error?.message).toContain("stop what holds it, or set flink.webPort to a free port; ");
    expect(error?.message).toContain(`port ${second} is taken by ${by}`);
    expect(error?.message).toMatch(/set flink\.gatewayPort to a free port$/);
    expect(error?.message).not.toContain(`${free}`);
    expect(existsSync(inputs.directory)).toBe(false);
    expect(holder.exitCode).toBe(null);
  });
});

describe("a server that does not come up", () => {
  it("is an error with the last lines of its log when it dies", async () => {
    const folder = new ServerFolder();
    const script = `for (let line = 1; line <= 30; line++) console.log("line " + line); process.exit(1)`;
    const inputs = folder.server(script, { readiness: { tcp: 1 } });
    mkdirSync(dirname(inputs.logFile), { recursive: true });
    writeFileSync(inputs.logFile, "of an earlier start\n");
    const error = await serverHandler.create(inputs, "one").then(
      () => undefined,
      (reason: Error) => reason,
    );
    const last = Array.from({ length: 20 }, (_, index) => `    line ${index + 11}`);
    expect(error?.message).toBe(
      `the server ended at its start. The last lines of ${inputs.logFile}:\n${last.join("\n")}`,
    );
    expect(isAlive(folder.process())).toBe(false);
  });

  it("leaves no child behind when it dies", async () => {
    const folder = new ServerFolder();
    const inputs = folder.server(startsChild("process.exit(1)"), { readiness: { tcp: 1 } });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow("the server ended at its start");
    await expect.poll(() => identify(Number(folder.read("data/one/child")))).toBe(undefined);
  });

  it("is stopped when it is not ready in time, with its log in the error", async () => {
    const folder = new ServerFolder();
    const script = `console.log("waiting for a quorum"); setInterval(() => {}, 1000);`;
    const inputs = folder.server(script, { startTimeoutSeconds: 1, readiness: { tcp: 1 } });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow(
      "the server was not ready after 1 s (waited for a connection to 127.0.0.1:1), so it was stopped. " +
        `The last lines of ${inputs.logFile}:\n    waiting for a quorum`,
    );
    expect(isAlive(folder.process())).toBe(false);
  });

  it("is an error that names a program that is not there", async () => {
    const inputs = new ServerFolder().server("", { command: ["no-such-program", "--port", "1"] });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow("cannot start no-such-program: ");
  });

  it("is an error that names a user that is not there", async () => {
    const inputs = new ServerFolder().server(runsOn, { runAs: "no-such-user" });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow(
      'runAs: this machine has no user "no-such-user"',
    );
  });
});

describe("an interrupted up", () => {
  it("leaves a process that the next create stops, on the same port and data", async () => {
    const [port = 0] = await freePorts(1);
    const inputs = new ServerFolder().server(listensAt(port), {
      ports: { "kafka.port": port },
      readiness: { tcp: port },
    });
    const { state: forgotten } = await serverHandler.create(inputs, "one");
    const { state } = await serverHandler.create(inputs, "one");
    expect(isAlive(forgotten)).toBe(false);
    expect(isAlive(state)).toBe(true);
  });

  it("does not cost a process its life that has been given the same id since", async () => {
    const innocent = stranger("setInterval(() => {}, 1000)");
    const folder = new ServerFolder();
    const inputs = folder.server(runsOn);
    mkdirSync(inputs.directory, { recursive: true });
    const noted = { pid: innocent.pid, startedAt: "an earlier time" };
    writeFileSync(join(inputs.directory, ".process.json"), JSON.stringify(noted));
    const { state } = await serverHandler.create(inputs, "one");
    expect(state.pid).not.toBe(innocent.pid);

    const updated = await serverHandler.update("one", { ...state, ...noted }, inputs);
    expect(updated.pid).not.toBe(innocent.pid);
    const deleted = folder.server(runsOn, { name: "two" });
    await serverHandler.delete("two", { ...deleted, ...noted, running: true });
    expect(await serverHandler.read("two", { ...deleted, ...noted, running: true })).toMatchObject({
      running: false,
    });
    expect(identify(innocent.pid)).toBeDefined();
  });
});
