import { useEffect, useRef, useState } from "preact/hooks";
import type { SeriesView, ThroughputView } from "../view.ts";
import { number } from "./format.ts";
import { memo } from "./memo.ts";
import { SeriesChart } from "./seriesChart.ts";
import type { Store } from "./store.ts";
import { ThroughputChart } from "./throughputChart.ts";

interface Props {
  readonly series: SeriesView | null | undefined;
  readonly throughput: ThroughputView | undefined;
  readonly store: Store;
  /** Whether a host is chosen. */
  readonly isChosen: boolean;
}

/** One CPU: readings, averages and maximum, threshold, what was expected, and the windows that raised an alert. */
export const SeriesPanel = memo(({ series, throughput, store, isChosen }: Props) => {
  const [isZoomed, setZoomed] = useState(false);
  const places = { series: useRef<HTMLDivElement>(null), throughput: useRef<HTMLDivElement>(null) };
  const charts = useRef<{ series?: SeriesChart; throughput?: ThroughputChart }>({});
  const key = series ? JSON.stringify([series.hostname, series.cpu]) : "";

  useEffect(() => {
    const [top, bottom] = [places.series.current, places.throughput.current];
    if (top === null || bottom === null) return;
    const onZoom = (range: readonly [number, number] | undefined) => {
      setZoomed(range !== undefined);
      charts.current.throughput?.zoom(range);
    };
    charts.current = { series: new SeriesChart(top, onZoom), throughput: new ThroughputChart(bottom) };
    return () => {
      charts.current.series?.remove();
      charts.current.throughput?.remove();
    };
  }, []);
  useEffect(() => charts.current.series?.show(series ?? undefined), [series]);
  useEffect(() => charts.current.throughput?.show(throughput), [throughput]);
  useEffect(() => charts.current.series?.zoom(undefined), [key]);

  return (
    <section class="panel" aria-labelledby="series-title">
      <h2 id="series-title">
        {series ? `${series.hostname} / ${series.cpu}` : "A series"}
        {series?.learning && (
          <span class="learning">
            learning: {series.learning.seen} of {series.learning.needed} windows
          </span>
        )}
        <span class="buttons">
          <button type="button" onClick={() => charts.current.series?.magnify(0.5)} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => charts.current.series?.magnify(2)} aria-label="Zoom out">
            −
          </button>
          <button type="button" disabled={!isZoomed} onClick={() => charts.current.series?.zoom(undefined)}>
            Whole range
          </button>
          {series && (
            <button type="button" onClick={() => store.go({ host: series.hostname, cpu: series.cpu })}>
              Select
            </button>
          )}
        </span>
      </h2>
      <div class="chart" ref={places.series} role="img" aria-label={describe(series ?? undefined)} />
      <div
        class="chart small"
        ref={places.throughput}
        role="img"
        aria-label={describeThroughput(throughput)}
      />
      {series === null && (
        <p class="empty">
          {isChosen
            ? "Nothing is known of what is selected: no readings and no averages have come from it lately."
            : "The first CPU that sends readings is drawn here."}
        </p>
      )}
    </section>
  );
});

function describe(series: SeriesView | undefined): string {
  if (series === undefined) return "No series is selected";
  const newest = series.windows.at(-1);
  const average = newest === undefined ? "no average yet" : `newest average ${number(newest[1])} percent`;
  const threshold =
    series.threshold === null ? "no threshold" : `threshold ${number(series.threshold)} percent`;
  const fired = `${series.fired.length} windows that raised an alert`;
  return `CPU usage of ${series.hostname} ${series.cpu}: ${average}, ${threshold}, ${fired}`;
}

const describeThroughput = (throughput: ThroughputView | undefined) =>
  `Readings a second of the whole stack: now ${number(throughput?.points.at(-1)?.[1])}`;
