import { counted } from "../../lib/counted.ts";
import type { Extent, Progress } from "./progress.ts";

/**
 * The progress without the rows that Kafka no longer has: those that it deleted at the beginning, and those that it lost
 * at the end, as in a power cut. kafkajs would forget all progress if it had to read there.
 *
 * @returns also a sentence for each kind of loss; none if the progress is unchanged
 */
export function withoutLostRows(
  progress: Progress,
  { low, high }: Extent,
): { kept: Progress; losses: string[] } {
  const losses: string[] = [];
  const next = [...progress.next].map(([partition, offset]): [number, number] => {
    const [begin, end] = [low.get(partition) ?? 0, high.get(partition) ?? offset];
    const rows = counted(Math.max(begin - offset, offset - end), "row");
    // Some of the offsets may be those of transaction markers.
    if (offset < begin)
      losses.push(`Kafka has deleted up to ${rows} of partition ${partition} before they were posted`);
    else if (offset > end) {
      losses.push(
        `Kafka has lost up to ${rows} at the end of partition ${partition}; continuing with its next row`,
      );
    }
    return [partition, Math.min(Math.max(offset, begin), Math.max(begin, end))];
  });
  const held = [...progress.held].filter(([, { partition, offset }]) => {
    return offset >= (low.get(partition) ?? 0) && offset < (high.get(partition) ?? Number.POSITIVE_INFINITY);
  });
  const forgotten = progress.held.size - held.length;
  if (forgotten > 0) {
    const what = counted(forgotten, "silenced alert");
    losses.push(`Kafka no longer has the rows of ${what}: not posted if still ongoing when the silence ends`);
  }
  return { kept: { ...progress, next: new Map(next), held: new Map(held) }, losses };
}
