import { colors } from "./colors.ts";
import { extremes } from "./extremes.ts";

/** Rows in columns, each as wide as its widest cell; the first column stands out. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map(
    (_, column) => extremes(rows.map((row) => row[column]?.length ?? 0)).largest,
  );
  return rows
    .map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column, row.length)).join("  "))
    .join("\n");
}

function pad(cell: string, width: number, column: number, columns: number): string {
  const padded = column === columns - 1 ? cell : cell.padEnd(width);
  return column === 0 ? `  ${colors.bold(padded)}` : padded;
}
