import { EventEmitter } from "node:events";
import type { Kafka } from "kafkajs";
import { expect, it, onTestFinished, vi } from "vitest";
import { Reader } from "../../../apps/notifier/reader.ts";

const NOW = Date.parse("2026-01-05T13:00:00Z");

it("after the clock was set back, a reader waits until Kafka has confirmed that the partitions are its own", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  onTestFinished(() => void vi.useRealTimers());
  const consumer = Object.assign(new EventEmitter(), {
    events: { GROUP_JOIN: "join", HEARTBEAT: "heartbeat", START_BATCH_PROCESS: "batch", CRASH: "crash" },
    ...{ connect: async () => {}, subscribe: async () => {}, run: async () => {}, pause: () => {} },
  });
  const kafka = { consumer: () => consumer } as unknown as Kafka;
  const connection = { bootstrapServers: "", security: { protocol: "PLAINTEXT" } } as const;
  const events = { onAssigned() {}, onRead: () => true, onTrouble() {}, onFailure() {} };
  const reader = new Reader(kafka, { connection, groupId: "g", topic: "t" }, events);
  await reader.start();
  const stop = new AbortController();
  consumer.emit("join", { payload: { memberAssignment: { t: [0] } } });
  expect(await reader.isOurs(stop.signal)).toBe(true);
  vi.setSystemTime(NOW - 3_600_000);
  const answer = reader.isOurs(stop.signal);
  stop.abort();
  expect(await answer).toBe(false);
  consumer.emit("heartbeat", { payload: {} });
  expect(await reader.isOurs(new AbortController().signal)).toBe(true);
});
