import pc from "picocolors";
import type { Row } from "./rows.ts";

const COLOURS = [pc.cyan, pc.yellow, pc.magenta, pc.green, pc.blue];

/** Formats rows of several pipelines, each in a colour of its own, with one column for the pipeline's name. */
export function rowFormat(pipelines: readonly string[]): (row: Row) => string {
  const width = Math.max(...pipelines.map((name) => name.length));
  return ({ pipeline, fields }) => {
    const colour = COLOURS[Math.max(pipelines.indexOf(pipeline), 0) % COLOURS.length] ?? pc.cyan;
    const cells = Object.entries(fields).map(([name, value]) => `${pc.dim(name)} ${shown(name, value)}`);
    return `${colour(pipeline.padEnd(width))}  ${cells.join("  ")}`;
  };
}

function shown(name: string, value: unknown): string {
  if (typeof value === "number" && name.startsWith("usage")) return value.toFixed(1).padStart(5);
  if (name === "hostname") return String(value).padEnd(7);
  // Flink leaves out the zeros at the end of a fraction.
  if (name === "time_ltz") return String(value).padEnd(23);
  return String(value);
}
