import { Kafka } from "kafkajs";
import { afterEach, expect, it, vi } from "vitest";
import { kafkaClient } from "../../../clients/kafka/client.ts";

const connection = { bootstrapServers: "127.0.0.1:1", security: { protocol: "PLAINTEXT" } } as const;

afterEach(() => void vi.restoreAllMocks());

it("asks no broker to create a topic that it reads or writes: somebody may just have deleted it", () => {
  const [consumer, producer] = [vi.spyOn(Kafka.prototype, "consumer"), vi.spyOn(Kafka.prototype, "producer")];
  const kafka = kafkaClient(connection, "test");
  kafka.consumer({ groupId: "group" });
  kafka.producer({ idempotent: true });
  expect(consumer).toHaveBeenCalledWith({ groupId: "group", allowAutoTopicCreation: false });
  expect(producer).toHaveBeenCalledWith({ idempotent: true, allowAutoTopicCreation: false });
});
