import Cluster from "kafkajs/src/cluster/index.js";
import { until } from "../../lib/until.ts";

/** https://kafka.apache.org/protocol#protocol_error_codes */
const MOVED: readonly unknown[] = ["LEADER_NOT_AVAILABLE", "NOT_LEADER_FOR_PARTITION"];

const WAIT = { deadline: 5_000, pollMs: 100 };

const { fetchTopicsOffset } = Cluster.prototype;

/**
 * Makes kafkajs ask again where partitions begin and end if their leader has moved or does not lead yet, as after a
 * broker is replaced or a partition added. By default, an admin client fails at once, with the outdated leaders still
 * in its cache.
 *
 * @throws the broker's error if that lasts for more than 5 s, and every other error at once
 */
Cluster.prototype.fetchTopicsOffset = async function (this: Cluster, topics) {
  let moved: unknown;
  const offsets = await until(async () => {
    if (moved !== undefined) await this.refreshMetadata();
    try {
      return await fetchTopicsOffset.call(this, topics);
    } catch (error) {
      if (!MOVED.includes((error as { type?: unknown }).type)) throw error;
      moved = error;
      return undefined;
    }
  }, WAIT);
  if (offsets === undefined) throw moved;
  return offsets;
};
