import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { unlocked } from "../../../cli/engine/stackLock.ts";
import { startOf } from "../../../provider/process/identity.ts";
import { silent } from "../../support/silentProgress.ts";

const ended = spawnSync(process.execPath, ["--version"]).pid;

interface Lock {
  readonly user?: string;
  readonly host?: string;
  readonly pid: number;
  readonly at?: string;
}

const lineOf = ({ user = "ada", host = hostname(), pid, at = "2099-01-01T12:00:00+01:00" }: Lock) =>
  `\n  s3://bucket/.pulumi/locks/organization/streaming/prod/5f.json: created by ${user}@${host} (pid ${pid}) at ${at}`;

/** The text around the locks is that of Pulumi's own backends. */
const locked = (...locks: readonly Lock[]) =>
  `code: 255\n stdout: \n stderr: error: the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.${locks.map(lineOf).join("")}\n err?: `;

/** A time relative to the start of this process, in the form of a lock. */
const secondsAfterStart = (seconds: number) =>
  new Date((startOf(process.pid)?.getTime() ?? Number.NaN) + seconds * 1_000)
    .toISOString()
    .replace(".000", "");

/** What a run does that finds the stack locked at first. */
async function runThatFinds(message: string) {
  const steps: string[] = [];
  const stack = { name: "prod", cancel: async () => void steps.push("cancel") };
  const progress = { ...silent, note: (text: string) => void steps.push(text) };
  const use = async () => {
    steps.push("run");
    if (steps.length === 1) throw Object.assign(Object.create(ConcurrentUpdateError.prototype), { message });
    return "result";
  };
  const result = await unlocked(stack, progress, use).catch((error: Error) => error.message);
  return { result, steps };
}

const removed = {
  result: "result",
  steps: ["run", "An earlier run on the stack prod was killed; its lock is removed.", "cancel", "run"],
};

describe("the lock of a stack", () => {
  it("is removed if the process that made it on this machine is gone", async () => {
    expect(await runThatFinds(locked({ pid: ended }))).toEqual(removed);
    expect(await runThatFinds(locked({ pid: ended, user: "MAIL\\ada@home" }))).toEqual(removed);
    expect(await runThatFinds(locked({ pid: ended }, { pid: ended }))).toEqual(removed);
  });

  it("is removed if another process of this machine has its id now", async () => {
    const at = secondsAfterStart(-60);
    expect(await runThatFinds(locked({ pid: process.pid, at }))).toEqual(removed);
  });

  it("is kept while the process that made it runs on this machine", async () => {
    const at = secondsAfterStart(0);
    const { result, steps } = await runThatFinds(locked({ pid: ended }, { pid: process.pid, at }));
    expect(result).toBe(
      `Another run is working on the stack prod (process ${process.pid}): wait for it to end, then try again.`,
    );
    expect(steps).toEqual(["run"]);
  });

  it("is kept if another machine made it, with whose it is and how to remove it", async () => {
    const other = { user: "ada", host: "build-7.lan", pid: ended, at: "2026-11-29T17:20:00+01:00" };
    const { result, steps } = await runThatFinds(locked({ pid: ended }, other));
    expect(result).toBe(
      `Another run is working on the stack prod (process ${ended} of ada on the machine build-7.lan, since 2026-11-29T17:20:00+01:00): wait for it to end, then try again. If that run was killed, remove its lock with pulumi cancel --stack prod (docs/operating.md, "With the Pulumi CLI itself").`,
    );
    expect(steps).toEqual(["run"]);
  });

  it("is kept if Pulumi does not say whose it is", async () => {
    const { result, steps } = await runThatFinds(
      "stderr: error: [409] Conflict: Another update is currently in progress.",
    );
    expect(result).toBe("Another run is working on the stack prod: wait for it to end, then try again.");
    expect(steps).toEqual(["run"]);
  });
});

it("an error that is not about a lock is passed on, and nothing is tried again", async () => {
  const failing = async () => {
    throw new Error("no such stack");
  };
  const stack = { name: "prod", cancel: async () => expect.fail("the lock was removed") };
  await expect(unlocked(stack, silent, failing)).rejects.toThrow("no such stack");
});
