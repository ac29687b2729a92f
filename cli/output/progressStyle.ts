import pc from "picocolors";

export type ProgressStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

type Colors = ReturnType<typeof pc.createColors>;

/** Colours on a terminal, unless NO_COLOR is set (https://no-color.org); none elsewhere. */
export function colorsFor(stream: ProgressStream): Colors {
  const wanted = process.env.FORCE_COLOR !== undefined || stream.isTTY === true;
  return pc.createColors(wanted && !process.env.NO_COLOR && process.env.TERM !== "dumb");
}

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
