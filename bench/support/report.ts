import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";
import { table } from "../../lib/table.ts";

/** One figure of a benchmark, such as `{ what: "filter", figure: "readings/s", value: 120000 }`. */
interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly value: number;
}

/** The figures of one run: printed as they arrive, and written to bench/results/<date and time>.json. */
export class Report {
  private readonly figures: Figure[] = [];

  /** Stores the figures of one measurement and prints them as a line. */
  add(what: string, figures: Readonly<Record<string, number>>): void {
    for (const [figure, value] of Object.entries(figures)) this.figures.push({ what, figure, value });
    const texts = Object.entries(figures).map(([figure, value]) => `${shown(value)} ${figure}`);
    console.log(`  ${what}: ${texts.join(", ")}`);
  }

  /** The median of a figure over the rounds of a run. */
  median(what: string, figure: string): number {
    const values = this.figures
      .filter((each) => each.what === what && each.figure === figure)
      .map(({ value }) => value)
      .sort((a, b) => a - b);
    const middle = (values.length - 1) / 2;
    return ((values[Math.floor(middle)] ?? Number.NaN) + (values[Math.ceil(middle)] ?? Number.NaN)) / 2;
  }

  /** Prints the medians and stores all figures. */
  end(): void {
    const names = [...new Set(this.figures.map(({ what, figure }) => `${what}\n${figure}`))];
    const rows = names.map((name) => {
      const [what = "", figure = ""] = name.split("\n");
      return [what, shown(this.median(what, figure)), figure];
    });
    console.log(`\n${table(rows)}`);
    if (this.figures.length === 0) return;
    const folder = join(projectDirectory, "bench/results");
    mkdirSync(folder, { recursive: true });
    const date = new Date().toISOString();
    const machine = { cores: cpus().length, model: cpus()[0]?.model, node: process.version };
    const file = join(folder, `${date.slice(0, 19).replaceAll(":", "-")}.json`);
    writeFileSync(file, `${JSON.stringify({ date, machine, figures: this.figures }, undefined, 2)}\n`);
    console.log(`\nAll figures are in ${file}`);
  }
}

const shown = (value: number) =>
  value < 100 ? String(Math.round(value * 100) / 100) : Math.round(value).toLocaleString("en-GB");
