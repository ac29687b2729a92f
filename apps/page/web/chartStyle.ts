/** The colours of the charts, which the style sheet sets for the theme. */
export interface ChartColours {
  readonly text: string;
  readonly grid: string;
  readonly reading: string;
  readonly average: string;
  readonly maximum: string;
  readonly threshold: string;
  readonly band: string;
  readonly fired: string;
}

const NAMES: Readonly<Record<keyof ChartColours, string>> = {
  text: "--muted",
  grid: "--line",
  reading: "--chart-reading",
  average: "--accent",
  maximum: "--chart-maximum",
  threshold: "--chart-threshold",
  band: "--chart-band",
  fired: "--firing",
};

const AXIS_FONT = "12px system-ui, sans-serif";

/** Shared by the axes of all charts. */
export const axisStyle = ({ text, grid }: ChartColours) => ({
  stroke: text,
  font: AXIS_FONT,
  grid: { stroke: grid, width: 1 },
  ticks: { show: false },
});

export function chartColours(): ChartColours {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.entries(NAMES).map(([name, property]) => [
    name,
    style.getPropertyValue(property).trim(),
  ]);
  return Object.fromEntries(colours) as unknown as ChartColours;
}

/** Calls back when the theme has changed, by the user or the system. */
export function onThemeChange(callBack: () => void): () => void {
  const observer = new MutationObserver(callBack);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", callBack);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", callBack);
  };
}
