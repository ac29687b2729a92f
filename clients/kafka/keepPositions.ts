import type { Consumer } from "kafkajs";

/** How far a consumer has read: the offset of the next record, by {@link placeOf}. */
export type Positions = Map<string, string>;

/** A partition, as a key. */
export const placeOf = (topic: string, partition: number) => `${topic}/${partition}`;

/** How soon a topic's readers and writers notice a new partition. By default, clients ask every 5 minutes. */
export const METADATA_MAX_AGE_MS = 10_000;

/**
 * Makes a consumer that commits nothing continue from its position whenever it rejoins its group, for example after its
 * broker stalled, and read a new partition from its beginning. Otherwise it would start from the end again.
 *
 * @param positions kept up to date by the reader
 */
export function keepPositions(consumer: Consumer, positions: ReadonlyMap<string, string | number>): void {
  const known = new Set<string>();
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    const isFirst = known.size === 0;
    for (const [topic, partitions] of Object.entries(memberAssignment)) {
      for (const partition of partitions) {
        const place = placeOf(topic, partition);
        const isNew = !isFirst && !known.has(place);
        const offset = positions.get(place) ?? (isNew ? 0 : undefined);
        if (offset !== undefined) consumer.seek({ topic, partition, offset: String(offset) });
        known.add(place);
      }
    }
  });
}
