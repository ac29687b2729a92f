import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { identify, isAlive } from "../../provider/process/identity.ts";
import { thisMachine } from "../../provider/process/machine.ts";
import { holderOf } from "../../provider/process/ports.ts";
import { serverHandler } from "../../provider/process/server.ts";
import { workingFolders } from "../../provider/process/workingFolder.ts";
import { holdTime } from "../support/heldTime.ts";
import { freePorts } from "../support/ports.ts";
import { listensAt, runsOn, ServerFolder, startsChild } from "../support/serverFolder.ts";
import { failureOf } from "../support/sqlJobs.ts";
import { until } from "../support/topics.ts";

const PATIENCE = { timeout: 30_000 };

/** A process that is not one of ours. */
function stranger(script: string): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child as ChildProcess & { pid: number };
}

describe("a taken port", () => {
  it("reports every such port, its setting and its holder before anything starts", async () => {
    const [first = 0, second = 0, free = 0] = await freePorts(3);
    const holder = stranger(`${listensAt(first)} ${listensAt(second)}`);
    const folder = new ServerFolder();
    const ports = { "flink.webPort": first, "flink.rpcPort": free, "flink.gatewayPort": second };
    const inputs = folder.server(runsOn, { ports });
    await until(() => holderOf(second) !== undefined, "the holder to listen");
    const error = await serverHandler.create(inputs, "one").then(
      () => undefined,
      (reason: Error) => reason,
    );
    const by = `process ${holder.pid} (${process.execPath} -e ${listensAt(first)}`;
    expect(error?.message).toContain(`port ${first} is in use by ${by}`);
    expect(error?.message).toContain("stop the process that uses it, or set flink.webPort to a free port; ");
    expect(error?.message).toContain(`port ${second} is in use by ${by}`);
    expect(error?.message).toMatch(/set flink\.gatewayPort to a free port$/);
    expect(error?.message).not.toContain(`${free}`);
    expect(existsSync(inputs.directory)).toBe(false);
    expect(holder.exitCode).toBe(null);
  });
});

describe("a server that does not start", () => {
  it("fails with the last lines of its log if it dies", async () => {
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
      `the server ended during startup. The last lines of ${inputs.logFile}:\n${last.join("\n")}`,
    );
    expect(existsSync(inputs.directory)).toBe(false);
  });

  it("leaves no child process behind if it dies", async () => {
    const folder = new ServerFolder();
    const script = startsChild(`console.log(fs.readFileSync("child", "utf8")); process.exit(1)`);
    const inputs = folder.server(`const fs = require("node:fs"); ${script}`, { readiness: { tcp: 1 } });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow("the server ended during startup");
    const child = Number(folder.read("logs/one.log"));
    expect(child).toBeGreaterThan(1);
    await expect.poll(() => identify(child), PATIENCE).toBe(undefined);
  });

  it("is stopped if it is not ready in time, with its log in the error", async () => {
    const folder = new ServerFolder();
    const script = `console.log("waiting for a quorum"); console.error(process.pid); setInterval(() => {}, 1000);`;
    const inputs = folder.server(script, { startTimeoutSeconds: 3, readiness: { tcp: 1 } });
    const time = holdTime();
    const failure = failureOf(serverHandler.create(inputs, "one"));
    const lines = () => (folder.exists("logs/one.log") ? folder.read("logs/one.log").split("\n") : []);
    await until(() => lines().length > 2, "both lines of the log");
    time.pass(3_001);
    expect(await failure).toContain(
      "the server was not ready after 3 s (waited for a connection to 127.0.0.1:1), so it was stopped. " +
        `The last lines of ${inputs.logFile}:\n    waiting for a quorum`,
    );
    expect(identify(Number(lines()[1]))).toBe(undefined);
    expect(existsSync(inputs.directory)).toBe(false);
  });

  it("is ended if it cannot be recorded, as on a full disk", async () => {
    const folder = new ServerFolder();
    const inputs = folder.server(runsOn);
    // A file cannot take the place of a folder.
    const note = join(inputs.directory, ".process.json");
    mkdirSync(note, { recursive: true });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow("EISDIR");
    const inIt = () => workingFolders().filter(({ path }) => path === inputs.directory);
    await expect.poll(inIt, PATIENCE).toEqual([]);
    rmSync(note, { recursive: true });
  });

  it("fails with the name of a missing program", async () => {
    const inputs = new ServerFolder().server("", { command: ["no-such-program", "--port", "1"] });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow("cannot start no-such-program: ");
  });

  it("fails with the name of a missing user", async () => {
    const inputs = new ServerFolder().server(runsOn, { runAs: "no-such-user" });
    await expect(serverHandler.create(inputs, "one")).rejects.toThrow(
      'runAs: this machine has no user "no-such-user"',
    );
  });
});

describe("a port held by an earlier server of this project", () => {
  it("fails with its owner and how to end it, whether or not its folder still exists", async () => {
    const [port = 0] = await freePorts(1);
    const folder = new ServerFolder();
    const earlier = folder.server(listensAt(port), { name: "earlier", readiness: { tcp: port } });
    const { state } = await serverHandler.create(earlier, "earlier");
    const again = () =>
      serverHandler.create(folder.server(runsOn, { ports: { "kafka.port": port } }), "one").then(
        () => "",
        (reason: Error) => reason.message,
      );
    expect(await again()).toContain(
      `it is a server of another or an earlier stack of this project, with its data in ${earlier.directory}; ` +
        `destroy that stack (npm run destroy), or end the server with \`kill ${state.pid}\`, or set kafka.port to a free port`,
    );
    rmSync(earlier.directory, { recursive: true });
    expect(await again()).toContain(
      `its working folder ${earlier.directory} no longer exists, so it belongs to an earlier stack; stop it with \`kill ${state.pid}\``,
    );
    process.kill(state.pid);
  });
});

describe("data of an earlier stack", () => {
  it("is refused under another password, with its path, and left unchanged", async () => {
    const folder = new ServerFolder();
    const prepare = {
      command: [process.execPath, "-e", `require("node:fs").mkdirSync("data")`],
      creates: "data",
    };
    const server = (password: string) =>
      folder.server(runsOn, { prepare, files: { password: { content: password, secret: true } } });
    const { state } = await serverHandler.create(server("former"), "one");
    await expect(serverHandler.create(server("new"), "one")).rejects.toThrow(
      `${state.directory} holds data of an earlier stack, with another password than this stack's`,
    );
    expect(folder.read("data/one/password")).toBe("former");
    expect(isAlive(state)).toBe(true);
    // Left behind by an interrupted up, whose password is in the state.
    const { state: same } = await serverHandler.create(server("former"), "one");
    expect(isAlive(same)).toBe(true);
  });
});

describe("the state of a server on another machine", () => {
  it("is refused by every operation that would touch that server", async ({ skip }) => {
    const here = thisMachine();
    skip(here === undefined, "this machine has no id");
    const folder = new ServerFolder();
    const inputs = folder.server(runsOn);
    const { state } = await serverHandler.create(inputs, "one");
    expect(state.machine).toEqual(here);
    const elsewhere = { ...state, machine: { name: "another", id: "0123456789abcdef" } };
    const refused = `belongs to another machine, another; this is ${here?.name}`;
    expect(() => serverHandler.diff(elsewhere, inputs)).toThrow(refused);
    await expect(serverHandler.read("one", elsewhere)).rejects.toThrow(refused);
    await expect(serverHandler.delete("one", elsewhere)).rejects.toThrow(refused);
    expect(isAlive(state)).toBe(true);
    // From a time when the machine was not recorded.
    const { machine, ...former } = state;
    expect(await serverHandler.diff(former, inputs)).toEqual({ changed: false });
  });
});

describe("an interrupted up", () => {
  it("leaves a process that the next create stops before it uses the same port and data", async () => {
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

  it("does not kill a process that has since been given the same id", async () => {
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
