/** A time as Flink writes it to JSON, in UTC: "2026-01-05 13:00:00.25"; zeros at the end of a fraction go. */
export function flinkTime(epochMs: number): string {
  const [date = "", clock = ""] = new Date(epochMs).toISOString().replace("Z", "").split("T");
  return `${date} ${clock.replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros.replace(/0+$/, "")))}`;
}

/** A time as Flink casts it to a text, in UTC: "2026-01-05 13:00:00.250". */
export function zonelessTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("T", " ").replace("Z", "");
}

/** The time that Flink wrote, as epoch ms. */
export function parseFlinkTime(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}Z`);
}

/** A time as the search index has it: "2026/01/05 13:00:00". */
export function searchTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
}
