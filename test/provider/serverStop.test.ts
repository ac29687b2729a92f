import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { identify, isAlive } from "../../provider/process/identity.ts";
import { serverHandler } from "../../provider/process/server.ts";
import { holdTime } from "../support/heldTime.ts";
import { runsOn, ServerFolder, startsChild } from "../support/serverFolder.ts";
import { until } from "../support/topics.ts";

const PATIENCE = { timeout: 30_000 };

describe("deleting a server", () => {
  it("stops it and removes only its folder, its log and the parents that become empty", async () => {
    const folder = new ServerFolder();
    const [one, two] = [folder.server(runsOn), folder.server(runsOn, { name: "two" })];
    const { state: first } = await serverHandler.create(one, "one");
    const { state: second } = await serverHandler.create(two, "two");
    writeFileSync(join(folder.path, "notes.txt"), "");

    await serverHandler.delete("one", first);
    expect(isAlive(first)).toBe(false);
    expect(isAlive(second)).toBe(true);
    expect([existsSync(one.directory), existsSync(one.logFile)]).toEqual([false, false]);
    expect(readdirSync(two.directory).sort()).toEqual([".process.json", "ready"]);
    expect(existsSync(two.logFile)).toBe(true);

    await serverHandler.delete("two", second);
    expect(readdirSync(folder.path)).toEqual(["notes.txt"]);
  });

  it("succeeds if the server was already killed and its folder removed", async () => {
    const folder = new ServerFolder();
    const { state } = await serverHandler.create(folder.server(runsOn), "one");
    await serverHandler.delete("one", state);
    await serverHandler.delete("one", state);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it("lets it exit on TERM", async () => {
    expect(await signalsOnDelete({})).toBe("SIGTERM");
  });

  it("sends the signal that the server is configured for", async () => {
    expect(await signalsOnDelete({ stopSignal: "SIGINT" })).toBe("SIGINT");
  });

  it("kills it and its children after the grace period if it ignores TERM", async () => {
    const folder = new ServerFolder();
    const note = `require("node:fs").writeFileSync(${JSON.stringify(join(folder.path, "asked"))}, "")`;
    const script = `process.on("SIGTERM", () => ${note}); ${startsChild(runsOn)}`;
    const { state } = await serverHandler.create(folder.server(script, { graceSeconds: 3 }), "one");
    const child = Number(folder.read("data/one/child"));
    expect(identify(child)).toBeDefined();
    const time = holdTime();
    const deleted = serverHandler.delete("one", state);
    await until(() => folder.exists("asked"), "TERM");
    time.pass(2_900);
    await sleep(300);
    expect(isAlive(state)).toBe(true);
    time.pass(200);
    await deleted;
    expect(isAlive(state)).toBe(false);
    await expect.poll(() => identify(child), PATIENCE).toBe(undefined);
  });

  it("kills the children it leaves behind", async () => {
    const folder = new ServerFolder();
    const { state } = await serverHandler.create(folder.server(startsChild(runsOn)), "one");
    const child = Number(folder.read("data/one/child"));
    await serverHandler.delete("one", state);
    expect(isAlive(state)).toBe(false);
    await expect.poll(() => identify(child), PATIENCE).toBe(undefined);
  });
});

/** The signal sent to a server that records it and exits. */
async function signalsOnDelete(inputs: { stopSignal?: "SIGINT" }): Promise<string> {
  const folder = new ServerFolder();
  const noted = join(folder.path, "signal");
  const script = `for (const name of ["SIGTERM", "SIGINT"]) process.on(name, () => {
    require("node:fs").writeFileSync(${JSON.stringify(noted)}, name); process.exit(); }); ${runsOn}`;
  const { state } = await serverHandler.create(folder.server(script, inputs), "one");
  await serverHandler.delete("one", state);
  return readFileSync(noted, "utf8");
}
