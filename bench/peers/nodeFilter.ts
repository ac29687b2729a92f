import { kafkaClient } from "../../clients/kafka/client.ts";

/*
 * The filter as a Node program: exactly once, one transaction per batch. Arguments: bootstrap servers, input topic,
 * output topic, consumer group.
 */

const [bootstrapServers = "", source = "", output = "", groupId = ""] = process.argv.slice(2);
const client = kafkaClient({ bootstrapServers, security: { protocol: "PLAINTEXT" } }, "bench-node");
const consumer = client.consumer({ groupId, maxWaitTimeInMs: 25 });
const producer = client.producer({ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1 });
consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
  console.error(error);
  process.exit(1);
});
await Promise.all([consumer.connect(), producer.connect()]);
await consumer.subscribe({ topics: [source], fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch, resolveOffset }) => {
    const messages = batch.messages.flatMap(({ key, value }) => {
      const reading = JSON.parse(String(value)) as {
        usage: number;
        occurred_at: number;
        hostname: string;
        cpu: string;
      };
      if (!(reading.usage > 80)) return [];
      const { hostname, cpu, usage, occurred_at } = reading;
      const time_ltz = new Date(occurred_at).toISOString();
      return [{ key, value: JSON.stringify({ time_ltz, hostname, cpu, usage }) }];
    });
    const offset = String(Number(batch.lastOffset()) + 1);
    const topics = [{ topic: source, partitions: [{ partition: batch.partition, offset }] }];
    if (messages.length === 0) {
      await consumer.commitOffsets([{ topic: source, partition: batch.partition, offset }]);
      return resolveOffset(batch.lastOffset());
    }
    const transaction = await producer.transaction();
    try {
      await transaction.send({ topic: output, messages });
      await transaction.sendOffsets({ consumerGroupId: groupId, topics });
      await transaction.commit();
    } catch (error) {
      // The consumer delivers the same batch again.
      if (transaction.isActive()) await transaction.abort();
      throw error;
    }
    resolveOffset(batch.lastOffset());
  },
});
