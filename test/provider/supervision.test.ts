import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { describeServers } from "../../components/hosts/local/status.ts";
import { MUST_BE_FIXED } from "../../lib/exitCodes.ts";
import { identify, isAlive, type ProcessIdentity } from "../../provider/process/identity.ts";
import { restartsOf } from "../../provider/process/restarts.ts";
import { type ServerState, serverHandler } from "../../provider/process/server.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import { isSupervised, supervisionOf } from "../../provider/process/supervision.ts";
import { freePorts } from "../support/ports.ts";
import { listensAt, runsOn, ServerFolder, startsChild } from "../support/serverFolder.ts";
import { until } from "../support/topics.ts";

/** Longer than a supervisor takes to notice that its server has ended and to restart it. */
const NOTICED_MS = 2_500;

async function supervised(
  folder: ServerFolder,
  script = runsOn,
  others: Partial<ServerInputs> = {},
): Promise<{ inputs: ServerInputs; state: ServerState }> {
  const inputs = folder.server(script, { supervised: true, ...others });
  const { state } = await serverHandler.create(inputs, "one");
  return { inputs, state };
}

function kill({ pid }: ProcessIdentity): void {
  process.kill(pid, "SIGKILL");
}

/** The process that replaces one that was killed, once it is ready, supervised and counted. */
async function successor(folder: ServerFolder, killed: ProcessIdentity): Promise<ProcessIdentity> {
  const isBack = () => {
    const server = folder.process();
    const said = folder.exists("logs/one.log") ? folder.read("logs/one.log") : "";
    return server.pid !== killed.pid && said.includes(`is running again as pid ${server.pid};`);
  };
  await until(isBack, "the server to be back");
  const now = folder.process();
  expect(isAlive(now)).toBe(true);
  return now;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a supervised server", () => {
  it("is restarted after kill -9, on its data, without the children it left behind", async () => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder, startsChild(runsOn));
    const child = Number(folder.read("data/one/child"));
    kill(state);
    const now = await successor(folder, state);
    await until(() => identify(child) === undefined, "the end of the child");
    expect(restartsOf(inputs.directory).count).toBe(1);
    expect(folder.read("logs/one.log")).toMatch(
      new RegExp(
        `supervisor - the server \\(pid ${state.pid}\\) has ended; restarting it\n(.*\n)?.*` +
          `supervisor - the server is running again as pid ${now.pid}; it has been restarted once\n`,
      ),
    );
  });

  it("is adopted by the next up, which lets its dependents know that it was restarted", async () => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder);
    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: false });
    kill(state);
    const now = await successor(folder, state);
    expect(isSupervised(inputs.directory)).toBe(true);
    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: true });
    expect(await serverHandler.read("one", state)).toMatchObject({ ...now, running: true });
    const updated = await serverHandler.update("one", state, inputs);
    expect(updated).toMatchObject(now);
    expect(await serverHandler.diff(updated, inputs)).toEqual({ changed: false });
  });

  it("is restarted after longer and longer pauses, each time it dies", async () => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder);
    kill(state);
    const second = await successor(folder, state);
    expect(isSupervised(inputs.directory)).toBe(true);
    kill(second);
    await successor(folder, second);
    expect(restartsOf(inputs.directory).count).toBe(2);
    expect(folder.read("logs/one.log")).toMatch(/has ended; restarting it in 1 s\n/);
  });

  it("is restarted as soon as the obstacle is gone", async () => {
    const folder = new ServerFolder();
    const [port = 0] = await freePorts(1);
    const { inputs, state } = await supervised(folder, listensAt(port), {
      ports: { "kafka.port": port },
      readiness: { tcp: port },
    });
    const keeper = supervisionOf(inputs.directory)?.keeper.pid ?? Number.NaN;
    process.kill(keeper, "SIGSTOP");
    kill(state);
    await until(() => !isAlive(state), "the end of the server");
    const stranger = createServer().listen(port, "127.0.0.1");
    await once(stranger, "listening");
    process.kill(keeper, "SIGCONT");
    await until(
      () => folder.read("logs/one.log").includes(`could not be started again: port ${port} is in use`),
      "the supervisor to say what hinders it",
    );
    stranger.close();
    await successor(folder, state);
  });

  it.each(["logs/one.log", "logs"])("is still restarted if a user removes %s", async (what) => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder);
    rmSync(`${folder.path}/${what}`, { recursive: true });
    await sleep(NOTICED_MS);
    expect(isSupervised(inputs.directory)).toBe(true);
    kill(state);
    const now = await successor(folder, state);
    await until(
      () => folder.read("logs/one.log").includes(`is running again as pid ${now.pid}`),
      "a new log to tell of it",
    );
  });

  it("is left dead once it reports that something must be fixed first, and status shows what", async () => {
    const folder = new ServerFolder();
    const [port = 0] = await freePorts(1);
    const refused = `console.error("put a valid token into the configuration"); process.exit(${MUST_BE_FIXED});`;
    const isWrong = `require("node:fs").existsSync("wrong")`;
    const { inputs, state } = await supervised(folder, `if (${isWrong}) { ${refused} } ${listensAt(port)}`, {
      readiness: { tcp: port },
    });
    writeFileSync(`${inputs.directory}/wrong`, "");
    kill(state);
    await until(() => !isSupervised(inputs.directory), "the supervisor to give up");
    const { troubles } = describeServers("local", [
      {
        urn: "urn:pulumi:a::b::c::notifier-process",
        type: "streaming:process:Server",
        outputs: { ...inputs, ...state },
      },
    ]);
    expect(troubles).toEqual([
      expect.stringMatching(/^notifier-process is dead: npm run up -- local restarts what/),
      "notifier-process: the server cannot run until this is fixed, and will not be restarted: put a valid token into the configuration",
    ]);
    expect(restartsOf(inputs.directory).count).toBe(0);

    rmSync(`${inputs.directory}/wrong`);
    const updated = await serverHandler.update("one", state, inputs);
    expect(isAlive(updated)).toBe(true);
    expect(isSupervised(inputs.directory)).toBe(true);
  });

  it.each([
    ["it runs", 0],
    ["it is being started again", 1_100],
  ])("stays away once it is deleted while %s", async (_when, afterMs) => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder);
    const keeper = supervisionOf(inputs.directory)?.keeper;
    if (afterMs > 0) {
      kill(state);
      await sleep(afterMs);
    }
    await serverHandler.delete("one", state);
    expect(keeper && isAlive(keeper)).toBe(false);
    await sleep(NOTICED_MS);
    expect(existsSync(inputs.directory)).toBe(false);
  });

  it("runs only once if an up changes it while it is being restarted", async () => {
    const folder = new ServerFolder();
    const script = `require("node:fs").appendFileSync("starts", process.pid + " "); ${runsOn}`;
    const { inputs, state } = await supervised(folder, script);
    kill(state);
    await sleep(1_100);
    const changed = { ...inputs, environment: { LEVEL: "changed" } };
    const updated = await serverHandler.update("one", state, changed);
    await sleep(NOTICED_MS);
    const starts = () => folder.read("data/one/starts").trim().split(" ").map(Number);
    // Its predecessor has already said that the server is ready.
    await until(() => starts().includes(updated.pid), "the changed server to start");
    expect(starts().filter((pid) => identify(pid) !== undefined)).toEqual([updated.pid]);
    expect(isSupervised(inputs.directory)).toBe(true);
  });

  it("gets a new supervisor from the next up if that was killed", async () => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder);
    process.kill(supervisionOf(inputs.directory)?.keeper.pid ?? Number.NaN, "SIGKILL");
    await until(() => !isSupervised(inputs.directory), "the end of the supervisor");
    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: true });
    const updated = await serverHandler.update("one", state, inputs);
    expect(updated.pid).toBe(state.pid);
    kill(updated);
    await successor(folder, updated);
  });

  it("is left dead once it is no longer supervised", async () => {
    const folder = new ServerFolder();
    const { inputs, state } = await supervised(folder);
    const alone = { ...inputs, supervised: false };
    expect(await serverHandler.diff(state, alone)).toEqual({ changed: true });
    const updated = await serverHandler.update("one", state, alone);
    expect(updated.pid).toBe(state.pid);
    kill(updated);
    await sleep(NOTICED_MS);
    expect(await serverHandler.read("one", updated)).toMatchObject({ pid: state.pid, running: false });
  });
});
