import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { ChannelStatus, Status } from "../../apps/notifier/status.ts";
import { until } from "./topics.ts";

/** A notifier process. */
export class NotifierProcess {
  output = "";
  readonly exit: Promise<number | null>;

  constructor(
    private readonly child: ChildProcess,
    private readonly statusFile: string,
  ) {
    // Not "exit", after which some output may still come.
    this.exit = once(child, "close").then(([code]) => code);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data) => {
        this.output += data;
      });
    }
  }

  get status(): Status | undefined {
    return existsSync(this.statusFile) ? JSON.parse(readFileSync(this.statusFile, "utf8")) : undefined;
  }

  /** The part of the status that concerns Slack. */
  get slack(): ChannelStatus | undefined {
    return this.status?.channels.find(({ name }) => name === "Slack");
  }

  async ready(): Promise<this> {
    await until(() => {
      if (this.child.exitCode !== null) throw new Error(`the notifier has ended:\n${this.output}`);
      return this.status !== undefined;
    }, "the notifier's status file");
    return this;
  }

  /** Waits until its output contains a text; output arrives after what it reports by other means. */
  async says(text: string | RegExp): Promise<void> {
    const isSaid = () => (typeof text === "string" ? this.output.includes(text) : text.test(this.output));
    await until(isSaid, `the notifier to say ${text}`, 30_000);
  }

  /** @returns the exit code */
  async terminate(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.exit;
  }

  /** Suspends the process, without ending it, until {@link resume}. */
  suspend(): void {
    this.child.kill("SIGSTOP");
  }

  resume(): void {
    this.child.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exit;
  }
}
