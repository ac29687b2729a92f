const TOPIC = /'topic'\s*=\s*'((?:[^']|'')+)'/;

/** The topics that tables read as a stream: sinks and lookup tables have no startup mode. */
export function sourceTopics(tables: readonly string[]): string[] {
  const sources = tables.filter((ddl) => ddl.includes("'scan.startup.mode'"));
  return sources.flatMap((ddl) => TOPIC.exec(ddl)?.[1] ?? []);
}

/**
 * Describes a change of the topics that a job reads. It cannot then resume from its state: Flink would restore the
 * positions in the former topics and continue reading those.
 *
 * @param former CREATE TABLE statements
 * @returns undefined if the topics are the same
 */
export function topicChange(former: readonly string[], wanted: readonly string[]): string | undefined {
  const [before, after] = [sourceTopics(former), sourceTopics(wanted)].map((topics) => topics.join(", "));
  return before === after ? undefined : `it read the topic ${before}, and now reads ${after}`;
}
