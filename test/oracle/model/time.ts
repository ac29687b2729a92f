/** A time as Flink writes it to JSON, in UTC: "2026-01-05 13:00:00.25"; trailing zeros of a fraction are dropped. */
export function flinkTime(epochMs: number): string {
  const [date = "", clock = ""] = new Date(epochMs).toISOString().replace("Z", "").split("T");
  return `${date} ${clock.replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros.replace(/0+$/, "")))}`;
}

/** A time as Flink casts it to text, in UTC: "2026-01-05 13:00:00.250". */
export function zonelessTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("T", " ").replace("Z", "");
}

/** A time written by Flink, as epoch ms. */
export function parseFlinkTime(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}Z`);
}

/** A time as the search index stores it: "2026/01/05 13:00:00". */
export function searchTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
}
