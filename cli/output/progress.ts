import type { Progress, Task } from "../../lib/progress.ts";
import { liveProgress } from "./liveProgress.ts";
import { colorsFor, endLine, type ProgressStream } from "./progressStyle.ts";

/**
 * A live list on a terminal, plain lines elsewhere (a file, CI, TERM=dumb). It writes to standard error,
 * so that standard output holds results only.
 */
export function createProgress(stream: ProgressStream = process.stderr): Progress {
  // A pseudo-terminal without a size has 0 rows, into which a list would vanish.
  const live = stream.isTTY === true && stream.rows !== 0 && process.env.TERM !== "dumb" && !process.env.CI;
  return live ? liveProgress(stream) : plainProgress(stream);
}

/** A task that ends before this needs no line that announces it. */
const announceMs = 1_000;
const heartbeatMs = 10_000;

/** One line when a task starts, one every 10 s, one at its end. */
function plainProgress(stream: ProgressStream): Progress {
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
