declare module "kafkajs/src/protocol/requests/fetch/v11/response.js" {
  import type { FetchedPartition } from "./abortedTransactions.ts";

  /** What kafkajs reads an answer to a fetch with; it looks `decode` up for each. */
  const response: {
    decode(data: Buffer): Promise<{ responses: { partitions: FetchedPartition[] }[] }>;
  };
  export default response;
}
