import Broker from "kafkajs/src/broker/index.js";
import { createErrorFromCode } from "kafkajs/src/protocol/error.js";
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { OwnTopics } from "../support/ownTopics.ts";

const LEADER_NOT_AVAILABLE = 5;
const NOT_LEADER_FOR_PARTITION = 6;
const TOPIC_AUTHORIZATION_FAILED = 29;

const { kafka } = inject("services");
const admin = kafkaClient(kafka, "test", { retry: { retries: 0 } }).admin();
const topics = new OwnTopics(kafka, ["led"]);

beforeAll(async () => {
  await topics.create();
  await admin.connect();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await admin.disconnect();
  await topics.delete();
});

/** As a broker answers that no longer leads the partition, or does not lead it yet. */
function answerFirst(code: number) {
  return vi.spyOn(Broker.prototype, "listOffsets").mockRejectedValueOnce(createErrorFromCode(code));
}

const EMPTY = [{ partition: 0, offset: "0", high: "0", low: "0" }];

it.each([
  ["has moved", NOT_LEADER_FOR_PARTITION],
  ["is being elected", LEADER_NOT_AVAILABLE],
])("asks for a topic's offsets again if the leader %s", async (_, code) => {
  const asked = answerFirst(code);
  expect(await admin.fetchTopicOffsets(topics.of("led"))).toEqual(EMPTY);
  // The refused question, then the end and the beginning.
  expect(asked).toHaveBeenCalledTimes(3);
});

it("passes on any other refusal at once", async () => {
  const asked = answerFirst(TOPIC_AUTHORIZATION_FAILED);
  await expect(admin.fetchTopicOffsets(topics.of("led"))).rejects.toThrow(
    "Not authorized to access topics: [Topic authorization failed]",
  );
  expect(asked).toHaveBeenCalledTimes(1);
});
