import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { uniqueName } from "../support/names.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { consume } from "../support/topics.ts";

const { kafka } = inject("services");
const topics = new OwnTopics(kafka, ["results"]);
const topic = topics.of("results");

beforeAll(() => topics.create());
afterAll(() => topics.delete());

/** A transaction with one record, still open. */
async function begun(value: string) {
  const producer = kafkaClient(kafka, "test").producer({
    transactionalId: uniqueName(value),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ value: JSON.stringify({ written: value }) }] });
  return {
    end: async (how: "commit" | "abort") => {
      await transaction[how]();
      await producer.disconnect();
    },
  };
}

// As a job leaves them if it fails after a checkpoint: records after it are aborted at once, those in it on restart.
it("a reader sees no record of two concurrent transactions of which the later one was aborted first", async () => {
  const first = await begun("of the checkpoint");
  const second = await begun("after the checkpoint");
  await second.end("abort");
  await first.end("abort");
  const repeated = await begun("repeated");
  await repeated.end("commit");
  expect(await consume(kafka, topic)).toEqual([{ written: "repeated" }]);
});
