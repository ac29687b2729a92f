import { createLogUpdate } from "log-update";
import { colorsFor } from "../../lib/colors.ts";
import type { Progress, Task } from "../../lib/progress.ts";
import { duration, endLine, type ProgressStream, plainProgress } from "./plainProgress.ts";

/**
 * A live list on a terminal, plain lines elsewhere (a file, CI, TERM=dumb). It writes to standard error,
 * so that standard output holds results only.
 */
export function createProgress(stream: ProgressStream = process.stderr): Progress {
  // A pseudo-terminal without a size has 0 rows, into which a list would vanish.
  const live = stream.isTTY === true && stream.rows !== 0 && process.env.TERM !== "dumb" && !process.env.CI;
  return live ? liveProgress(stream) : plainProgress(stream);
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 100;

interface Running {
  readonly title: string;
  readonly started: number;
  detail: string;
}

/**
 * A list of the running tasks at the bottom, with their elapsed times; tasks that have ended stay above it. log-update
 * hides the cursor meanwhile, and restores it at the end, on Ctrl-C and on `process.exit`.
 */
function liveProgress(stream: ProgressStream): Progress {
  const colors = colorsFor(stream);
  const log = createLogUpdate(stream);
  const running = new Set<Running>();
  let timer: NodeJS.Timeout | undefined;

  function line({ title, started, detail }: Running): string {
    const now = Date.now();
    const elapsed = duration(Math.floor((now - started) / 1000) * 1000).replace(".0", "");
    const frame = frames[Math.floor(now / frameMs) % frames.length] ?? "";
    // A line that wraps makes the list jump.
    const room = (stream.columns ?? 80) - title.length - elapsed.length - 8;
    const shown = detail.length <= room ? detail : `${detail.slice(0, Math.max(room - 1, 0))}…`;
    return `${colors.cyan(frame)} ${title} ${colors.dim(`${elapsed}  ${shown}`)}`;
  }

  function render(): void {
    if (running.size > 0) {
      log([...running].map(line).join("\n"));
      timer ??= setInterval(render, frameMs).unref();
    } else {
      clearInterval(timer);
      timer = undefined;
      log.clear();
      log.done();
    }
  }

  function keep(text: string): void {
    log.persist(text);
    render();
  }

  function task(title: string): Task {
    const entry: Running = { title, started: Date.now(), detail: "" };
    running.add(entry);
    render();
    function end(ok: boolean, lastDetail = ""): void {
      if (!running.delete(entry)) return;
      keep(endLine(colors, ok, title, Date.now() - entry.started, lastDetail));
    }
    return {
      update: (detail) => {
        entry.detail = detail;
      },
      done: (detail) => end(true, detail),
      fail: (detail) => end(false, detail),
    };
  }

  return {
    task,
    note: keep,
    close: () => {
      for (const { title } of running) log.persist(`… ${title}`);
      running.clear();
      render();
    },
  };
}
