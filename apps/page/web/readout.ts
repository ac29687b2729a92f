import type uPlot from "uplot";
import { clock, number, utc } from "./format.ts";

/** What the series are where the cross-hair is, above the chart: time, then each value that there is. */
export function readout(unit = " %"): uPlot.Plugin {
  const line = document.createElement("div");
  line.className = "readout";
  return {
    hooks: {
      init: (plot) => plot.root.prepend(line),
      destroy: () => line.remove(),
      setCursor: (plot) => {
        const index = plot.cursor.idx;
        line.textContent = index === null || index === undefined ? "" : textAt(plot, index, unit);
        const time = index === null || index === undefined ? undefined : plot.data[0][index];
        line.title = time === undefined ? "" : utc(time * 1000);
      },
    },
  };
}

function textAt(plot: uPlot, index: number, unit: string): string {
  const time = plot.data[0][index];
  if (time === undefined) return "";
  const values = plot.series.slice(1).flatMap(({ label }, column) => {
    const value = newestUntil(plot.data[column + 1] ?? [], index);
    return value === undefined ? [] : [`${label} ${number(value)}${unit}`];
  });
  return [clock(time * 1000, Date.now()), ...values].join("   ");
}

const LOOK_BACK = 60;

/** Of rows that other series have made, the value before counts; null means that there is none. */
function newestUntil(column: ArrayLike<number | null | undefined>, index: number): number | undefined {
  for (let place = index; place >= 0 && place > index - LOOK_BACK; place--) {
    const value = column[place];
    if (value === null) return undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}
