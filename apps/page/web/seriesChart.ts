import uPlot from "uplot";
import type { SeriesView } from "../view.ts";
import { Chart, type TimeRange, timesOfDay } from "./chart.ts";
import { firedWindows, thresholdLine } from "./chartMarks.ts";
import { axisStyle, type ChartColours } from "./chartStyle.ts";
import { readout } from "./readout.ts";

const HEIGHT = 240;

type Column = (number | null)[];

/** The chart of one series. */
export class SeriesChart extends Chart {
  #series: SeriesView | undefined;

  constructor(place: HTMLElement, onZoom: (range: TimeRange | undefined) => void) {
    super(place, HEIGHT, onZoom);
  }

  show(series: SeriesView | undefined): void {
    this.#series = series;
    if (series !== undefined) this.draw(tableOf(series), [series.from / 1000, series.to / 1000]);
  }

  protected override options(colours: ChartColours): Omit<uPlot.Options, "width" | "height"> {
    const axis = axisStyle(colours);
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const steps = { spanGaps: false, points: { show: false }, ...(stepped && { paths: stepped }) };
    return {
      scales: { x: { time: true }, y: { range: [0, 100] } },
      axes: [
        { ...axis, size: 28, values: timesOfDay },
        { ...axis, size: 44, values: (_, values) => values.map((value) => `${value} %`) },
      ],
      series: [
        {},
        { label: "reading", stroke: colours.reading, width: 1, points: { show: false }, spanGaps: true },
        { ...steps, label: "maximum", stroke: colours.maximum, width: 1, dash: [2, 3] },
        { ...steps, label: "average", stroke: colours.average, width: 2 },
        { ...steps, label: "expected at most", stroke: "transparent", width: 0 },
        { ...steps, label: "expected at least", stroke: "transparent", width: 0 },
      ],
      bands: [{ series: [4, 5], fill: colours.band }],
      plugins: [
        thresholdLine(() => this.#series?.threshold ?? undefined, colours.threshold),
        firedWindows(() => this.#series, colours.fired),
        readout((label, value) => `${label} ${value} %`),
      ],
    };
  }
}

type Step = readonly [from: number, to: number, ...values: number[]];

/** The columns of uPlot: readings, maximum, average, and the expected bounds. */
export function tableOf({ readings, windows, expected, windowMs }: SeriesView): uPlot.AlignedData {
  const points: uPlot.AlignedData = [
    readings.map(([time]) => time / 1000),
    readings.map(([, usage]) => usage),
  ];
  const measured = windows.map(
    ([start, average, maximum]): Step => [start, start + windowMs, maximum, average],
  );
  const bounds = expected.map(([start, end, lower, upper]): Step => [start, end, upper, lower]);
  return uPlot.join([points, steps(measured), steps(bounds)]);
}

/** A stretch without a neighbour on its right stops at its own end, and a gap follows. */
function steps(all: readonly Step[]): uPlot.AlignedData {
  const times: number[] = [];
  const columns: [Column, Column] = [[], []];
  const add = (time: number, values: readonly (number | null)[]) => {
    times.push(time / 1000);
    for (const [index, column] of columns.entries()) column.push(values[index] ?? null);
  };
  for (const [index, [from, to, ...values]] of all.entries()) {
    add(from, values);
    const next = all[index + 1]?.[0];
    if (next !== undefined && next <= to) continue;
    add(to, values);
    if (next !== undefined) add(to + 1, [null, null]);
  }
  return [times, ...columns];
}
