import pc from "picocolors";
import type { Row } from "../../clients/results/row.ts";

const COLOURS = [pc.cyan, pc.yellow, pc.magenta, pc.green, pc.blue];
const ICONS: Readonly<Record<string, string>> = {
  ":red_circle:": "🔴",
  ":large_orange_circle:": "🟠",
  ":large_green_circle:": "🟢",
};
/** Columns with measured and computed values, for which one decimal is enough. */
const MEASURES = /^(usage.*|actual|expected|lower|upper|score|seen|history|peak|peak_(?!kind).*)$/;
/** Times as Flink, PostgreSQL and OpenSearch write them: in UTC, without a zone. */
const TIME = /^\d{4}([-/])\d\d\1\d\d \d\d:\d\d:\d\d(\.\d+)?$/;

/** Formats lines from several origins, each with its name in a column and its own colour. */
export class RowFormat {
  private readonly width: number;

  constructor(private readonly names: readonly string[]) {
    this.width = Math.max(...names.map((name) => name.length));
  }

  row({ pipeline, fields }: Row): string {
    const cells = Object.entries(fields).map(([name, value]) => `${pc.dim(name)} ${shown(name, value)}`);
    return this.line(pipeline, cells.join("  "));
  }

  /** A line of the notifier's log. */
  alert(name: string, line: string): string {
    const text = line.replace(/^to the log: /, "").replace(/^:\w+:/, (icon) => ICONS[icon] ?? icon);
    return this.line(name, text);
  }

  private line(name: string, text: string): string {
    const colour = COLOURS[Math.max(this.names.indexOf(name), 0) % COLOURS.length] ?? pc.cyan;
    return `${colour(name.padEnd(this.width))}  ${text}`;
  }
}

function shown(name: string, value: unknown): string {
  if (typeof value === "number" && MEASURES.test(name)) return value.toFixed(1).padStart(5);
  if (name === "hostname") return String(value).padEnd(7);
  const time = typeof value === "string" && TIME.test(value) ? `${value}Z` : undefined;
  // Flink leaves out the zeros at the end of a fraction.
  if (name === "time_ltz") return (time ?? String(value)).padEnd(24);
  return time ?? String(value);
}
