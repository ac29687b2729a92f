const TOPIC = /'topic'\s*=\s*'((?:[^']|'')+)'/;

/** The topics that tables read as a stream: what a table writes or looks up has no startup mode. */
function sourceTopics(tables: readonly string[]): string[] {
  const sources = tables.filter((ddl) => ddl.includes("'scan.startup.mode'"));
  return sources.flatMap((ddl) => TOPIC.exec(ddl)?.[1] ?? []);
}

/**
 * Says that a job is to read other topics than before. Its state cannot be resumed from then: Flink would restore the
 * positions in the former topics, and read these on.
 *
 * @param former CREATE TABLE statements
 * @returns undefined if it reads the same
 */
export function topicChange(former: readonly string[], wanted: readonly string[]): string | undefined {
  const [before, after] = [sourceTopics(former), sourceTopics(wanted)].map((topics) => topics.join(", "));
  return before === after ? undefined : `it read the topic ${before}, and now reads ${after}`;
}
