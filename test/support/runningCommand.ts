import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { signal } from "../../provider/process/signal.ts";
import { type ListedProcess, processes } from "./processes.ts";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with all output so far, whenever there is more. */
  readonly onOutput?: (command: RunningCommand, text: string) => void;
}

/** A program in its own session, as a terminal starts it: a signal to its group reaches everything it starts. */
export class RunningCommand {
  readonly result: Promise<CommandResult>;
  readonly #pid: number;
  #ended = false;

  constructor(program: string, args: readonly string[], { cwd, env, onOutput }: CommandOptions) {
    const started = Date.now();
    const child = spawn(program, args, { cwd, env, detached: true });
    this.#pid = child.pid ?? Number.NaN;
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (data: Buffer) => {
        output[name] += data;
        onOutput?.(this, output.stdout + output.stderr);
      });
    }
    this.result = once(child, "close").then(([code]) => {
      this.#ended = true;
      return {
        code,
        stdout: stripVTControlCharacters(output.stdout),
        stderr: stripVTControlCharacters(output.stderr),
        seconds: (Date.now() - started) / 1000,
      };
    });
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Sends a signal to its group, as Ctrl-C in a terminal does. */
  signal(name: NodeJS.Signals): void {
    signal(-this.#pid, name);
  }

  /** The processes in its session: itself and those it has started, except servers, which have their own sessions. */
  get processes(): ListedProcess[] {
    return processes().filter(({ session }) => session === this.#pid);
  }

  /** Kills its whole session, including processes that are being started at that moment. Linux only. */
  async kill(): Promise<void> {
    for (let left = this.processes; left.length > 0; left = this.processes) {
      for (const { pid } of left) signal(pid, "SIGKILL");
      await sleep(10);
    }
  }
}
