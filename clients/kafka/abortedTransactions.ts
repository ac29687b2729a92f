import fetchResponse from "kafkajs/src/protocol/requests/fetch/v11/response.js";

/** One partition of a fetch response, as kafkajs decodes it. */
export interface FetchedPartition {
  /** In the order in which they were aborted. Null for consumers that also read uncommitted records. */
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FetchedRecord[];
}

interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  /** A record of Kafka's own, such as the end of a transaction; kafkajs skips it. */
  isControlRecord: boolean;
}

/** The key of the record that ends an aborted transaction. */
const ABORT = Buffer.from([0, 0, 0, 0]);

/**
 * Makes kafkajs skip the records of aborted transactions. kafkajs itself assumes that the transactions are sorted by
 * first offset, so of two concurrent ones it returns the records of the one that was aborted last.
 * Source: fetchRecords in https://github.com/apache/kafka/blob/4.1/clients/src/main/java/org/apache/kafka/clients/consumer/internals/CompletedFetch.java
 */
export function hideAborted(partition: FetchedPartition): void {
  const { abortedTransactions, messages } = partition;
  if (abortedTransactions === null || abortedTransactions.length === 0) return;
  const byBeginning = [...abortedTransactions].sort((a, b) =>
    Number(BigInt(a.firstOffset) - BigInt(b.firstOffset)),
  );
  const aborted = new Set<string>();
  for (const record of messages) {
    while (byBeginning[0] !== undefined && BigInt(byBeginning[0].firstOffset) <= BigInt(record.offset)) {
      aborted.add(byBeginning[0].producerId);
      byBeginning.shift();
    }
    const { producerId, inTransaction } = record.batchContext;
    if (!record.isControlRecord) record.isControlRecord = inTransaction && aborted.has(producerId);
    else if (record.key?.equals(ABORT)) aborted.delete(producerId);
  }
  partition.abortedTransactions = [];
}

const { decode } = fetchResponse;
fetchResponse.decode = async (data) => {
  const answer = await decode(data);
  for (const { partitions } of answer.responses) partitions.forEach(hideAborted);
  return answer;
};
