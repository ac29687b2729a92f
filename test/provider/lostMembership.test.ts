import type { Consumer } from "kafkajs";
import ConsumerGroup from "kafkajs/src/consumer/consumerGroup.js";
import { createErrorFromCode } from "kafkajs/src/protocol/error.js";
import { afterAll, beforeAll, expect, inject, it, vi } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { uniqueName } from "../support/names.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { until } from "../support/topics.ts";

const { kafka } = inject("services");
const topics = new OwnTopics(kafka, ["results"]);
const LOADING = 14;
let consumer: Consumer;

beforeAll(() => topics.create());
afterAll(async () => {
  await consumer.disconnect();
  await topics.delete();
});

// As after a broker stood still for longer than the session's time-out: it has to load the group first.
it("a consumer that its broker has forgotten joins again, even if that fails at first", async () => {
  const groupId = uniqueName("forgotten");
  const heartbeat = vi.spyOn(ConsumerGroup.prototype, "heartbeat");
  const contexts = () => heartbeat.mock.contexts as ConsumerGroup[];
  consumer = kafkaClient(kafka, "test").consumer({ groupId, heartbeatInterval: 200, maxWaitTimeInMs: 100 });
  let joined = 0;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined += 1;
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topics.of("results") });
  await consumer.run({ eachMessage: async () => {} });
  await until(() => contexts().some((group) => group.groupId === groupId), "a heartbeat");
  const group = contexts().find((one) => one.groupId === groupId) as ConsumerGroup;
  expect(joined).toBe(1);

  const find = vi.spyOn(group.cluster, "findGroupCoordinator");
  find.mockRejectedValueOnce(createErrorFromCode(LOADING));
  await group.coordinator.leaveGroup({ groupId, memberId: group.memberId ?? "" });
  await until(() => joined === 2, "the consumer to join again", 10_000);
  expect(find).toHaveBeenCalledTimes(2);
});
