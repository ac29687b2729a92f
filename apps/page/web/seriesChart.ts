import uPlot from "uplot";
import type { SeriesView } from "../view.ts";
import { AXIS_FONT, Chart, type TimeRange } from "./chart.ts";
import { firedWindows, thresholdLine } from "./chartMarks.ts";
import type { ChartColours } from "./chartStyle.ts";
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
    const axis = {
      stroke: colours.text,
      font: AXIS_FONT,
      grid: { stroke: colours.grid, width: 1 },
      ticks: { show: false },
    };
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const steps = { spanGaps: false, points: { show: false }, ...(stepped && { paths: stepped }) };
    return {
      scales: { x: { time: true }, y: { range: [0, 100] } },
      axes: [axis, { ...axis, size: 44, values: (_, values) => values.map((value) => `${value} %`) }],
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
        readout(),
      ],
    };
  }
}

/** A window without a neighbour on its right ends where the window ends. */
export function tableOf({ readings, windows, windowMs }: SeriesView): uPlot.AlignedData {
  const starts: number[] = [];
  const columns: [Column, Column, Column, Column] = [[], [], [], []];
  const add = (time: number, values: readonly (number | null)[]) => {
    starts.push(time / 1000);
    for (const [index, column] of columns.entries()) column.push(values[index] ?? null);
  };
  for (const [index, [start, average, maximum, lower, upper]] of windows.entries()) {
    const values = [maximum, average, upper, lower];
    add(start, values);
    const next = windows[index + 1]?.[0];
    if (next === start + windowMs) continue;
    add(start + windowMs, values);
    if (next !== undefined) add(start + windowMs + 1, [null, null, null, null]);
  }
  const points: uPlot.AlignedData = [
    readings.map(([time]) => time / 1000),
    readings.map(([, usage]) => usage),
  ];
  return uPlot.join([points, [starts, ...columns]]);
}
