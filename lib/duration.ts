const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** How a duration is written, for error messages. */
export const DURATION_FORMAT = "a number with a unit (ms, s, m, h or d), such as 90s, 10m or 1h";

/** A duration (ms) as it is written, such as `90s` or `1h`; over a day in whole days. */
export function durationText(ms: number): string {
  const fits = ([name, unit]: [string, number]) => ms >= unit && (name === "d" || ms % unit === 0);
  const [name, unit] = Object.entries(UNITS).findLast(fits) ?? ["s", 1_000];
  return `${Math.floor(ms / unit)}${name}`;
}

/**
 * Reads a duration such as `250ms`, `90s`, `10m`, `1.5h` or `7d`.
 *
 * @returns whole milliseconds; `undefined` if the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ""];
  if (match?.[1] === undefined || unit === undefined) return undefined;

  const ms = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(ms) ? ms : undefined;
}
