import type uPlot from "uplot";
import type { ThroughputView } from "../view.ts";
import { Chart, type TimeRange } from "./chart.ts";
import { axisStyle, type ChartColours } from "./chartStyle.ts";
import { readout } from "./readout.ts";

const HEIGHT = 96;
/** The share of the points that the scale ignores. */
const BURSTS = 0.02;

/** Readings per second of the whole stack, below the series and with the same time. */
export class ThroughputChart extends Chart {
  constructor(place: HTMLElement, onZoom: (range: TimeRange | undefined) => void) {
    super(place, HEIGHT, onZoom);
  }

  show(throughput: ThroughputView | undefined): void {
    if (throughput === undefined) return;
    const { points, from, to } = throughput;
    const data: uPlot.AlignedData = [points.map(([time]) => time / 1000), points.map(([, rate]) => rate)];
    this.draw(data, [from / 1000, to / 1000]);
  }

  protected override options(colours: ChartColours): Omit<uPlot.Options, "width" | "height"> {
    const axis = axisStyle(colours);
    return {
      scales: { x: { time: true }, y: { range: ({ data }) => [0, scaleOf(data[1] ?? [])] } },
      axes: [
        { ...axis, show: false },
        { ...axis, size: 44, values: (_, values) => values.map((value) => `${value}`) },
      ],
      series: [
        {},
        { label: "readings", stroke: colours.average, fill: colours.band, width: 1, points: { show: false } },
      ],
      plugins: [readout((_, value) => `${value} readings/s of the whole stack`)],
    };
  }
}

/** The top of the scale: a short burst, such as a generator's history at its start, does not flatten the rest. */
function scaleOf(rates: ArrayLike<number | null | undefined>): number {
  const sorted = Array.from(rates, (rate) => rate ?? 0).sort((a, b) => b - a);
  return Math.max(1, 1.1 * (sorted[Math.ceil(sorted.length * BURSTS)] ?? sorted[0] ?? 0));
}
