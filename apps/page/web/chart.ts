import uPlot from "uplot";
import { type ChartColours, chartColours, onThemeChange } from "./chartStyle.ts";
import { clock } from "./format.ts";

/** Charts with this key share one cross-hair. */
const SYNC = "page";

/** The labels of a time axis: local time, with seconds if the labels are close together. */
export const timesOfDay = (_: uPlot, times: number[]): string[] =>
  times.map((time) => clock(time * 1000, time * 1000, { seconds: (times[1] ?? 0) - (times[0] ?? 0) < 60 }));

/** A time range in seconds, as uPlot expects it. */
export type TimeRange = readonly [number, number];

/**
 * A chart that follows the width of its place and the theme, and keeps its zoom when new data comes. Zooming by mouse
 * is left to `onZoom`, so that all charts of a page show the same time; undefined is the whole range.
 */
export abstract class Chart {
  #plot: uPlot | undefined;
  #zoomed: TimeRange | undefined;
  #whole: TimeRange = [0, 1];
  #data: uPlot.AlignedData = [[]];
  readonly #resize: ResizeObserver;
  readonly #forget: () => void;

  constructor(
    private readonly place: HTMLElement,
    private readonly height: number,
    private readonly onZoom: (range: TimeRange | undefined) => void,
  ) {
    this.#resize = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    this.#resize.observe(place);
    this.#forget = onThemeChange(() => this.#build());
  }

  /** Series, axes and plugins in the theme's colours. */
  protected abstract options(colours: ChartColours): Omit<uPlot.Options, "width" | "height">;

  /** @param whole the range that is shown unless zoomed */
  protected draw(data: uPlot.AlignedData, whole: TimeRange): void {
    this.#data = data;
    this.#whole = whole;
    if (this.#plot === undefined) this.#build();
    this.#plot?.setData(data, false);
    this.#setScale();
  }

  /** @param range undefined for the whole */
  zoom(range: TimeRange | undefined): void {
    this.#zoomed = range;
    this.#setScale();
  }

  /** The range `factor` times as long, around the same middle; undefined if that is the whole. */
  magnified(factor: number): TimeRange | undefined {
    const [from, to] = this.#zoomed ?? this.#whole;
    const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
    const range = [Math.max(this.#whole[0], middle - half), Math.min(this.#whole[1], middle + half)] as const;
    const isWhole = range[0] <= this.#whole[0] && range[1] >= this.#whole[1];
    return isWhole ? undefined : range;
  }

  remove(): void {
    this.#resize.disconnect();
    this.#forget();
    this.#plot?.destroy();
  }

  #size() {
    return { width: Math.max(200, this.place.clientWidth), height: this.height };
  }

  #setScale(): void {
    const [min, max] = this.#zoomed ?? this.#whole;
    this.#plot?.setScale("x", { min, max });
  }

  #build(): void {
    this.#plot?.destroy();
    const options = this.options(chartColours());
    const isSame = (self: uPlot) => self === this.#plot;
    this.#plot = new uPlot(
      {
        ...options,
        ...this.#size(),
        // The same for all charts, so that their times line up.
        padding: [8, 16, null, 0],
        legend: { show: false },
        cursor: {
          sync: { key: SYNC },
          drag: { x: true, y: false, setScale: false },
          points: { show: false },
          bind: {
            dblclick: () => () => {
              this.onZoom(undefined);
              return null;
            },
          },
        },
        hooks: {
          ...options.hooks,
          setSelect: [
            (self) => {
              if (!isSame(self) || self.select.width < 5) return;
              const at = (pixels: number) => self.posToVal(pixels, "x");
              this.onZoom([at(self.select.left), at(self.select.left + self.select.width)]);
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      this.#data,
      this.place,
    );
    this.#setScale();
  }
}
