import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { type Anomaly, anomaliesBetween } from "./anomalies.ts";
import type { Series } from "./series.ts";

/**
 * Writes the ground truth of the stream: each anomaly that overlaps the generated stretch, as a JSON line
 * `{"kind":"spike","hostname":"doc","cpu":"cpu1","from":1633956789277,"to":1633956793277}` (epoch ms, `to`
 * exclusive). An anomaly is written once its first moment has been generated; `to` may lie ahead.
 */
export class LabelFile {
  readonly #file: string;
  readonly #series: readonly Series[];
  // A killed process may have labelled more than it recorded as sent.
  readonly #known: ReadonlySet<string>;
  #first = true;
  #until: number;

  /**
   * @param start the stretch's first event time, epoch ms
   * @param append whether the stretch continues one that the file already describes
   */
  constructor(file: string, series: readonly Series[], start: number, append: boolean) {
    this.#file = file;
    this.#series = series;
    this.#until = start;
    this.#known = new Set(append && existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
    mkdirSync(dirname(file), { recursive: true });
    if (!append) writeFileSync(file, "");
  }

  /** Writes the new labels once the stretch has grown to an event time (epoch ms, exclusive). */
  advance(to: number): void {
    if (to <= this.#until) return;
    const from = this.#until;
    const lines = this.#series
      .flatMap((series) => anomaliesBetween(series, from, to))
      .filter((anomaly) => this.#first || anomaly.from >= from)
      .sort((a, b) => a.from - b.from)
      .map(labelOf)
      .filter((line) => !this.#known.has(line));

    if (lines.length > 0) this.#append(lines.map((line) => `${line}\n`).join(""));
    this.#first = false;
    this.#until = to;
  }

  /** Writes all of the text or, as on a full disk, none: the next attempt would continue a torn line. */
  #append(text: string): void {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    try {
      appendFileSync(this.#file, text);
    } catch (error) {
      if (existsSync(this.#file)) truncateSync(this.#file, size);
      throw error;
    }
  }
}

function labelOf({ kind, hostname, cpu, from, to }: Anomaly): string {
  return JSON.stringify({ kind, hostname, cpu, from, to });
}
