import ConsumerGroup from "kafkajs/src/consumer/consumerGroup.js";
import { afterEach, expect, it, vi } from "vitest";
import "../../../clients/kafka/client.ts";

const NOW = Date.parse("2026-01-05T13:00:00Z");

afterEach(() => vi.useRealTimers());

it("a consumer sends heartbeats on time although the clock was set back", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  const group = new ConsumerGroup({
    logger: { namespace: () => ({}) },
    instrumentationEmitter: { emit() {} },
    retry: {},
  });
  const sendHeartbeat = vi.fn(async () => {});
  Object.assign(group, { memberId: "m", coordinator: { heartbeat: sendHeartbeat } });
  const beatAt = async (now: number) => {
    vi.setSystemTime(now);
    await group.heartbeat({ interval: 2_000 });
    return sendHeartbeat.mock.calls.length;
  };
  expect(await beatAt(NOW + 3_000)).toBe(1);
  const back = NOW - 3_600_000;
  expect(await beatAt(back)).toBe(2);
  expect(await beatAt(back + 1_000)).toBe(2);
  expect(await beatAt(back + 2_000)).toBe(3);
});
