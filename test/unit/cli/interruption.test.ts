import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { tearDown } from "../../../cli/engine/engine.ts";
import { Interruption } from "../../../cli/engine/interruption.ts";
import { silent } from "../../support/silentProgress.ts";

const said = (message: string) => ({ stdoutEvent: { message } }) as EngineEvent;
const CANCELLING = said(
  "^C received; cancelling. If you would like to terminate immediately, press ^C again.\n",
);

describe("a signal to end while the engine works", () => {
  it("is passed on to the engine if it reached this process alone", async () => {
    const notes: string[] = [];
    const interruption = new Interruption((text) => notes.push(text), 1);
    interruption.onEvent(said("Updating (local)"));
    expect(() => interruption.throwIfRequested()).not.toThrow();
    await Promise.all([interruption.onSignal(), interruption.onSignal()]);
    expect(interruption.signal.aborted).toBe(true);
    expect(notes).toEqual(["Stopping: waiting for the steps that are under way …"]);
    expect(() => interruption.throwIfRequested()).toThrow("Stopped. Run the command again");
  });

  it.each([CANCELLING, said("SIGTERM received; cancelling. If you would like …")])(
    "is not passed on if the engine got it, too: a second one would drop what its steps have done",
    async (event) => {
      const interruption = new Interruption(() => {}, 1);
      const received = interruption.onSignal();
      interruption.onEvent(event);
      await received;
      expect(interruption.signal.aborted).toBe(false);
      expect(() => interruption.throwIfRequested()).toThrow("Stopped.");
    },
  );

  /** Tears a stack down whose engine ends once it is asked to stop, or by itself after a while. */
  async function interrupted(signal: NodeJS.Signals, ...events: readonly EngineEvent[]) {
    let asked = false;
    const stack = {
      name: "dev",
      workspace: { envVars: {} },
      destroy: async (options: { onEvent: (event: EngineEvent) => void; signal: AbortSignal }) => {
        process.emit(signal, signal);
        events.forEach(options.onEvent);
        options.signal.addEventListener("abort", () => {
          asked = true;
        });
        for (let tick = 0; tick < 30 && !asked; tick++) await sleep(100);
      },
    } as unknown as Stack;
    const run = { stack, progress: silent, state: { resources: [], begun: [] } };
    await expect(tearDown(run)).rejects.toThrow("Stopped.");
    return asked;
  }

  it("ends a destroy, and the command fails", async () => {
    const before = process.listenerCount("SIGTERM");
    const [alone, both] = await Promise.all([interrupted("SIGTERM"), interrupted("SIGHUP", CANCELLING)]);
    expect([alone, both]).toEqual([true, false]);
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});
