import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isAlive } from "../../provider/process/identity.ts";
import { serverHandler } from "../../provider/process/server.ts";
import { ended, runsOn, ServerFolder } from "../support/serverFolder.ts";

/** Appends a line to its data at each start. */
const keepsData = `require("node:fs").appendFileSync("data.txt", "started\\n"); ${runsOn}`;

/** Polls, because at a second start the file that signals readiness already exists. */
const expectStarts = (folder: ServerFolder, count: number) =>
  expect.poll(() => folder.read("data/one/data.txt"), { timeout: 30_000 }).toBe("started\n".repeat(count));

describe("a running server", () => {
  it("is unchanged while its inputs are unchanged", async () => {
    const inputs = new ServerFolder().server(keepsData);
    const { state } = await serverHandler.create(inputs, "one");
    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: false });
    expect(await serverHandler.read("one", state)).toEqual(state);
  });

  it.each([
    ["command", { command: [process.execPath, "-e", `${keepsData} // changed`] }],
    ["files", { files: { "server.properties": { content: "changed" } } }],
    ["environment", { environment: { LEVEL: "changed" } }],
  ])("restarts on its data when its %s changes", async (_property, change) => {
    const folder = new ServerFolder();
    const { state } = await serverHandler.create(folder.server(keepsData), "one");
    const inputs = folder.server(keepsData, change);
    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: true });
    const updated = await serverHandler.update("one", state, inputs);
    expect(isAlive(state)).toBe(false);
    expect(isAlive(updated)).toBe(true);
    expect(updated.pid).not.toBe(state.pid);
    await expectStarts(folder, 2);
  });

  it("keeps running when only its readiness check and stop options change", async () => {
    const folder = new ServerFolder();
    const { state } = await serverHandler.create(folder.server(keepsData), "one");
    const change = {
      readiness: { tcp: 1 },
      graceSeconds: 3,
      startTimeoutSeconds: 5,
      stopSignal: "SIGINT",
    } as const;
    const inputs = folder.server(keepsData, change);
    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: true });
    const updated = await serverHandler.update("one", state, inputs);
    expect(updated).toEqual({ ...state, ...change });
    expect(isAlive(state)).toBe(true);
    await expectStarts(folder, 1);
  });

  it("cannot move to another folder than the one that holds its data", async () => {
    const folder = new ServerFolder();
    const { state } = await serverHandler.create(folder.server(keepsData), "one");
    const inputs = folder.server(keepsData, { name: "two" });
    expect(serverHandler.check(inputs, state)).toEqual([
      {
        property: "directory",
        reason: expect.stringContaining(
          `the server has its data in ${state.directory} and would start without data in ${inputs.directory}: `,
        ),
      },
    ]);
  });
});

describe("a killed server", () => {
  it("is noticed and restarted on the same data", async () => {
    const folder = new ServerFolder();
    const inputs = folder.server(keepsData);
    const { state } = await serverHandler.create(inputs, "one");
    process.kill(state.pid, "SIGKILL");
    expect(await ended(state)).toBe(true);

    expect(await serverHandler.diff(state, inputs)).toEqual({ changed: true });
    const seen = await serverHandler.read("one", state);
    expect(seen).toEqual({ ...state, running: false });
    expect(await serverHandler.diff(seen ?? state, inputs)).toEqual({ changed: true });

    const revived = await serverHandler.update("one", state, inputs);
    expect(isAlive(revived)).toBe(true);
    expect(revived).toMatchObject({ running: true });
    await expectStarts(folder, 2);
    expect(await serverHandler.diff(revived, inputs)).toEqual({ changed: false });
  });

  it("is restarted with its previous inputs after a failed change", async () => {
    const folder = new ServerFolder();
    const inputs = folder.server(keepsData);
    const { state } = await serverHandler.create(inputs, "one");
    const broken = folder.server(`console.error("no such option"); process.exit(1)`, {
      readiness: { tcp: 1 },
    });
    await expect(serverHandler.update("one", state, broken)).rejects.toThrow("    no such option");
    const revived = await serverHandler.update("one", state, inputs);
    expect(isAlive(revived)).toBe(true);
    await expectStarts(folder, 2);
  });
});

describe("the preparation", () => {
  const prepared = (folder: ServerFolder, script: string) =>
    folder.server(runsOn, { prepare: { command: [process.execPath, "-e", script], creates: "data" } });
  const makeData = (then = "") => `const fs = require("node:fs"); fs.mkdirSync("data"); ${then}`;

  it("runs only once, whatever is updated later", async () => {
    const folder = new ServerFolder();
    const inputs = prepared(folder, makeData(`console.log("formatted")`));
    const { state } = await serverHandler.create(inputs, "one");
    appendFileSync(join(folder.path, "data/one/data/records"), "kept");
    await serverHandler.update("one", state, { ...inputs, environment: { LEVEL: "changed" } });
    expect(folder.read("logs/one.log")).toBe("formatted\n");
    expect(folder.read("data/one/data/records")).toBe("kept");
  });

  it("fails with the lines of its log and starts from scratch the next time", async () => {
    const folder = new ServerFolder();
    const failing = makeData(
      `fs.writeFileSync("data/half", ""); console.error("disk full"); process.exit(3)`,
    );
    await expect(serverHandler.create(prepared(folder, failing), "one")).rejects.toThrow(
      `preparing with ${process.execPath} failed (exit code 3):\n    disk full`,
    );
    expect(folder.exists("data/one/ready")).toBe(false);

    await serverHandler.create(prepared(folder, makeData(`fs.writeFileSync("data/whole", "")`)), "one");
    expect(folder.exists("data/one/data/half")).toBe(false);
    expect(folder.exists("data/one/data/whole")).toBe(true);
  });
});

it("runs what is to run before each start, and starts even if that fails", async () => {
  const folder = new ServerFolder();
  // Otherwise the second start would count as ready at once.
  const before = `console.log("before"); require("node:fs").rmSync("ready", { force: true }); process.exit(1)`;
  const beforeStart = [process.execPath, "-e", before];
  const started = `console.log("started"); ${runsOn}`;
  const inputs = folder.server(started, { beforeStart });
  const { state } = await serverHandler.create(inputs, "one");
  await serverHandler.update("one", state, { ...inputs, environment: { LEVEL: "changed" } });
  expect(folder.read("logs/one.log")).toBe("before\nstarted\nbefore\nstarted\n");
  const missing = folder.server(started, { beforeStart: ["/no/such/program"], name: "two" });
  await serverHandler.create(missing, "two");
  expect(folder.read("logs/two.log")).toBe("started\n");
});
