import { type ChildProcess, execFile, spawn } from "node:child_process";
import { constants, tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { ENDING_SIGNALS } from "../lib/endingSignals.ts";
import { SetupError } from "./setupError.ts";

export interface ToolOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line that the tool prints. */
  readonly onLine?: (line: string) => void;
  /** What to do when the tool fails: the end of the error message. */
  readonly advice?: string;
  /** Ends the tool. */
  readonly signal?: AbortSignal;
}

const running = new Set<ChildProcess>();
/** The signal that this process has received while tools were running. */
let received: NodeJS.Signals | undefined;

process.on("exit", () => {
  for (const child of running) child.kill();
});

/** Node emits no `exit` if a signal ends it. */
function onSignal(signal: NodeJS.Signals): void {
  received = signal;
  for (const child of running) child.kill(signal);
}

function listen(): void {
  if (running.size === 0) for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
}

/** After the last tool, ends this process if a signal has asked for that. */
function end(child: ChildProcess): void {
  running.delete(child);
  if (running.size > 0) return;
  for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  const signal = received;
  received = undefined;
  if (signal === undefined) return;
  // With listeners left, such as the one that restores the cursor, a signal would not end this process at once: whoever
  // waits for the tool would first report that it failed.
  if (process.listenerCount(signal) > 0) process.exit(128 + constants.signals[signal]);
  process.kill(process.pid, signal);
}

/**
 * Runs a command to completion. It is ended if this process ends, which waits for it after a signal.
 *
 * @throws SetupError with the last lines that it printed and the advice
 * @throws the signal's reason if that is aborted before the command has started
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  const lines: string[] = [];
  listen();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const kill = () => child.kill();
  options.signal?.addEventListener("abort", kill);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
  }
  const failure = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : `exit ${code ?? signal}`));
  });
  options.signal?.removeEventListener("abort", kill);
  end(child);
  if (failure !== undefined) {
    throw new SetupError(
      [
        `${command} ${args.join(" ")}: ${failure}`,
        ...lastLines(lines).map((line) => `  ${line}`),
        ...(options.advice === undefined ? [] : [options.advice]),
      ].join("\n"),
    );
  }
}

/** Maven marks the lines that say why it failed; hints about its options follow them. */
function lastLines(lines: readonly string[]): readonly string[] {
  const marked = lines.filter((line) => line.startsWith("[ERROR]"));
  return (marked.length > 0 ? marked : lines).slice(-12);
}

/**
 * What a program prints, standard error included; "" if it cannot be run, or takes longer than 20 s. It runs outside
 * any project, because a project's files may select another version of the program.
 */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd: tmpdir(), timeout: 20_000 });
    return `${stdout}${stderr}`.trim();
  } catch {
    return "";
  }
}
