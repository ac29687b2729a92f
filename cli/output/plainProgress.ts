import type { Progress, Task } from "../../lib/progress.ts";
import { colorsFor, endLine, type ProgressStream } from "./progressStyle.ts";

/** A task that ends before this needs no line that announces it. */
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
    // Saying that something runs must not keep the process alive.
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
