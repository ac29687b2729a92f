import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../lib/userError.ts";

/** How often to look whether the engine is stopping by itself, before it is asked to. */
const LOOKS = 20;

/**
 * A request to end this process while the engine works. The engine completes the steps that are under way if it gets one
 * signal, and drops their results if it gets two. Ctrl-C on a terminal reaches it directly; a signal to this process
 * alone does not, and is passed on.
 */
export class Interruption {
  private requested = false;
  private engineIsStopping = false;
  private readonly controller = new AbortController();

  /** @param lookMs pause between two looks, in ms */
  constructor(
    private readonly note: (text: string) => void,
    private readonly lookMs = 100,
  ) {}

  /** Aborted if the engine must be asked to stop. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Receives what the engine says. */
  readonly onEvent = ({ stdoutEvent }: EngineEvent): void => {
    this.engineIsStopping ||= / received; cancelling/.test(stdoutEvent?.message ?? "");
  };

  /** Receives the request; further ones change nothing. */
  readonly onSignal = async (): Promise<void> => {
    if (this.requested) return;
    this.requested = true;
    this.note("Stopping: waiting for the steps that are under way …");
    // Looks are counted: a process that is too busy to hear the engine would miss a point in time.
    for (let look = 0; look < LOOKS && !this.engineIsStopping; look++) {
      await sleep(this.lookMs, undefined, { ref: false });
    }
    if (!this.engineIsStopping) this.controller.abort();
  };

  /** @throws UserError if there was a request, which the engine may not have heard between two operations */
  throwIfRequested(): void {
    if (this.requested) throw new UserError("Stopped. Run the command again: it continues from there.");
  }
}
