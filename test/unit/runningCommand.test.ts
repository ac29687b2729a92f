import { tmpdir } from "node:os";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { signal } from "../../provider/process/signal.ts";
import { processes } from "../support/processes.ts";
import { RunningCommand } from "../support/runningCommand.ts";

/** For other processes to start, on a busy machine. */
const PATIENCE_MS = 30_000;

describe.skipIf(process.platform !== "linux")("a command in its own session", () => {
  it("is killed with everything it started, except processes that lead their own session, as servers do", async () => {
    const script = "sleep 61 & (sleep 62 &); setsid sleep 63 & echo $!; wait";
    const command = new RunningCommand("bash", ["-c", script], { cwd: tmpdir(), env: process.env });
    onTestFinished(() => command.kill());
    const running = () => command.processes.map(({ command: text }) => text);
    await vi.waitFor(
      () => expect(running()).toEqual(expect.arrayContaining(["sleep 61", "sleep 62"])),
      PATIENCE_MS,
    );
    const server = await vi.waitFor(() => {
      const found = processes().find(
        ({ pid, session, command: text }) => text === "sleep 63" && pid === session,
      );
      if (found === undefined) throw new Error("the server does not run yet");
      return found;
    }, PATIENCE_MS);
    onTestFinished(() => signal(server.pid, "SIGKILL"));

    await command.kill();
    expect(running()).toEqual([]);
    expect(processes().some(({ pid }) => pid === server.pid)).toBe(true);
    process.kill(server.pid, "SIGKILL");
    expect(await command.result).toMatchObject({ code: null });
  });

  it("returns its exit code and output", async () => {
    const command = new RunningCommand("bash", ["-c", "echo out; echo err >&2; exit 3"], {
      cwd: tmpdir(),
      env: process.env,
    });
    expect(await command.result).toMatchObject({ code: 3, stdout: "out\n", stderr: "err\n" });
    expect(command.hasEnded).toBe(true);
  });
});
