import type uPlot from "uplot";
import { clock, number, utc } from "./format.ts";

/** Formats a value of a series, such as `average 33.5 %`. */
export type Say = (label: string, value: string) => string;

/**
 * The values of the series, above the chart: the time, then each value that there is, at the cross-hair, or the newest
 * if there is no cross-hair.
 */
export function readout(say: Say): uPlot.Plugin {
  const line = document.createElement("div");
  line.className = "readout";
  const show = (plot: uPlot) => {
    const times = plot.data[0];
    const index = plot.cursor.idx ?? times.length - 1;
    const time = times[index];
    line.textContent = time === undefined ? "" : textAt(plot, index, time, say);
    line.title = time === undefined ? "" : utc(time * 1000);
  };
  return {
    hooks: {
      init: (plot) => plot.root.prepend(line),
      destroy: () => line.remove(),
      setCursor: show,
      setData: show,
    },
  };
}

function textAt(plot: uPlot, index: number, time: number, say: Say): string {
  const values = plot.series.slice(1).flatMap(({ label }, column) => {
    const value = newestUntil(plot.data[column + 1] ?? [], index);
    return value === undefined ? [] : [say(String(label), number(value))];
  });
  return [clock(time * 1000, Date.now()), ...values].join("   ");
}

const LOOK_BACK = 60;

/** In rows that come from other series, the previous value counts; null means that there is none. */
function newestUntil(column: ArrayLike<number | null | undefined>, index: number): number | undefined {
  for (let place = index; place >= 0 && place > index - LOOK_BACK; place--) {
    const value = column[place];
    if (value === null) return undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
