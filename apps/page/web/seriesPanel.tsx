import { useEffect, useRef, useState } from "preact/hooks";
import type { SeriesView, ThroughputView } from "../view.ts";
import type { TimeRange } from "./chart.ts";
import { exact, number } from "./format.ts";
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
  /** How many series the page keeps, if there are more. */
  readonly keptSeries: number | null;
}

/** One CPU: readings, averages and maximum, threshold, what was expected, and the windows that raised an alert. */
export const SeriesPanel = memo(({ series, throughput, store, isChosen, keptSeries }: Props) => {
  const [isZoomed, setZoomed] = useState(false);
  const places = { series: useRef<HTMLDivElement>(null), throughput: useRef<HTMLDivElement>(null) };
  const charts = useRef<{ series?: SeriesChart; throughput?: ThroughputChart }>({});
  const key = series ? JSON.stringify([series.hostname, series.cpu]) : "";

  const zoom = (range: TimeRange | undefined) => {
    setZoomed(range !== undefined);
    charts.current.series?.zoom(range);
    charts.current.throughput?.zoom(range);
  };
  const magnify = (factor: number) => zoom(charts.current.series?.magnified(factor));
  useEffect(() => {
    const [top, bottom] = [places.series.current, places.throughput.current];
    if (top === null || bottom === null) return;
    charts.current = { series: new SeriesChart(top, zoom), throughput: new ThroughputChart(bottom, zoom) };
    return () => {
      charts.current.series?.remove();
      charts.current.throughput?.remove();
    };
  }, []);
  useEffect(() => charts.current.series?.show(series ?? undefined), [series]);
  useEffect(() => charts.current.throughput?.show(throughput), [throughput]);
  useEffect(() => zoom(undefined), [key]);

  return (
    <section class="panel" aria-labelledby="series-title">
      <h2 id="series-title">
        {series ? (
          <span>
            <bdi>{series.hostname}</bdi> / <bdi>{series.cpu}</bdi>
          </span>
        ) : (
          "A series"
        )}
        {series?.learning && (
          <span class="learning">
            learning: {series.learning.seen} of {series.learning.needed} windows
          </span>
        )}
        <Legend />
        <span class="buttons">
          <button type="button" onClick={() => magnify(0.5)} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => magnify(2)} aria-label="Zoom out">
            −
          </button>
          <button type="button" disabled={!isZoomed} onClick={() => zoom(undefined)}>
            Whole range
          </button>
          {series && (
            <button type="button" onClick={() => store.go({ host: series.hostname, cpu: series.cpu })}>
              Select
            </button>
          )}
        </span>
      </h2>
      {series === null && (
        <p class="empty">
          {isChosen ? nothingOf(keptSeries) : "The first CPU that sends readings is drawn here."}
        </p>
      )}
      <div
        class="chart"
        ref={places.series}
        hidden={series === null}
        role="img"
        aria-label={describe(series ?? undefined)}
      />
      <div
        class="chart small"
        ref={places.throughput}
        role="img"
        aria-label={describeThroughput(throughput)}
      />
    </section>
  );
});

const nothingOf = (keptSeries: number | null) =>
  keptSeries === null
    ? "There is no data for the selection: no readings or averages have arrived lately."
    : `There is no data for the selection: the page keeps ${number(keptSeries)} series, and there are more. The pipelines see all of them.`;

const KEYS = [
  ["reading", "reading"],
  ["average", "average"],
  ["maximum", "maximum"],
  ["threshold", "threshold"],
  ["band", "expected"],
  ["fired", "raised an alert"],
] as const;

function Legend() {
  return (
    <span class="legend">
      {KEYS.map(([kind, text]) => (
        <span key={kind}>
          <i class={`key ${kind}`} aria-hidden="true" /> {text}
        </span>
      ))}
    </span>
  );
}

function describe(series: SeriesView | undefined): string {
  if (series === undefined) return "No series is selected";
  const newest = series.windows.at(-1);
  const average = newest === undefined ? "no average yet" : `newest average ${number(newest[1])} percent`;
  const threshold =
    series.threshold === null ? "no threshold" : `threshold ${exact(series.threshold)} percent`;
  const fired = `${series.fired.length} windows that raised an alert`;
  return `CPU usage of ${series.hostname} ${series.cpu}: ${average}, ${threshold}, ${fired}`;
}

const describeThroughput = (throughput: ThroughputView | undefined) =>
  `Readings per second of the whole stack: now ${number(throughput?.points.at(-1)?.[1])}`;
