import { clock, utc } from "./format.ts";

/** A time in local time, with UTC on hover. */
export function Time({ at, now, seconds = true }: { at: number; now: number; seconds?: boolean }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={utc(at)}>
      {clock(at, now, { seconds })}
    </time>
  );
}
