import type { Row } from "../../clients/results/row.ts";
import { colors } from "../../lib/colors.ts";
import { printable } from "../../lib/printable.ts";

const COLOURS = [colors.cyan, colors.yellow, colors.magenta, colors.green, colors.blue];
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
    const cells = Object.entries(fields).map(([name, value]) => `${colors.dim(name)} ${shown(name, value)}`);
    return this.line(pipeline, cells.join("  "));
  }

  /** A line of the notifier's log. */
  alert(name: string, line: string): string {
    const text = printable(line)
      .replace(/^to the log: /, "")
      .replace(/^:\w+:/, (icon) => ICONS[icon] ?? icon);
    return this.line(name, text);
  }

  private line(name: string, text: string): string {
    const colour = COLOURS[Math.max(this.names.indexOf(name), 0) % COLOURS.length] ?? colors.cyan;
    return `${colour(name.padEnd(this.width))}  ${text}`;
  }
}

function shown(name: string, value: unknown): string {
  if (typeof value === "number" && MEASURES.test(name)) return value.toFixed(1).padStart(5);
  const text = printable(String(value));
  if (name === "hostname") return text.padEnd(7);
  const withZone = typeof value === "string" && TIME.test(value) ? `${text}Z` : text;
  // Flink leaves out the zeros at the end of a fraction.
  return name === "time_ltz" ? withZone.padEnd(24) : withZone;
}
