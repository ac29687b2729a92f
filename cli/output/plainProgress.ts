import { type Colors, colorsFor } from "../../lib/colors.ts";
import type { Progress, Task } from "../../lib/progress.ts";

export type ProgressStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

/** `12.3 s`, or `4 min 41 s` from a minute on. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(Math.round(seconds) / 60)} min ${Math.round(seconds) % 60} s`;
}

/** The line that stays when a task ends. */
export function endLine(colors: Colors, ok: boolean, title: string, ms: number, detail: string): string {
  const mark = ok ? colors.green("✔") : colors.red("✖");
  return `${mark} ${title} ${colors.dim(`(${duration(ms)})`)}${detail === "" ? "" : ` ${detail}`}`;
}

/** A task that ends sooner is not announced. */
const announceMs = 1_000;
const heartbeatMs = 10_000;

/** One line when a task starts, one every 10 s, one at its end. */
export function plainProgress(stream: ProgressStream): Progress {
  const colors = colorsFor(stream);
  const say = (text: string): void => void stream.write(`${text}\n`);
  const timersOfRunning = new Set<() => void>();

  function task(title: string): Task {
    const started = Date.now();
    let detail = "";
    let running = true;
    const announcement = setTimeout(() => say(`… ${title}${detail === "" ? "" : `, ${detail}`}`), announceMs);
    const heartbeat = setInterval(() => {
      const parts = [title, `${Math.round((Date.now() - started) / 1000)} s`, detail];
      say(`… ${parts.filter((part) => part !== "").join(", ")}`);
    }, heartbeatMs);
    // Progress messages must not keep the process alive.
    announcement.unref();
    heartbeat.unref();

    function stop(): void {
      running = false;
      clearTimeout(announcement);
      clearInterval(heartbeat);
      timersOfRunning.delete(stop);
    }
    timersOfRunning.add(stop);

    function end(ok: boolean, lastDetail = ""): void {
      if (!running) return;
      stop();
      say(endLine(colors, ok, title, Date.now() - started, lastDetail));
    }

    return {
      update: (text) => {
        detail = text;
      },
      done: (text) => end(true, text),
      fail: (text) => end(false, text),
    };
  }

  return {
    task,
    note: say,
    close: () => {
      for (const stop of timersOfRunning) stop();
    },
  };
}
