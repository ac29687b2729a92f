import ConsumerGroup from "kafkajs/src/consumer/consumerGroup.js";
import { onTestFinished, vi } from "vitest";
import { until } from "./topics.ts";

/** Finds the memberships of consumers that are made from now on, and has their broker forget them. */
export class Memberships {
  readonly #heartbeat = vi.spyOn(ConsumerGroup.prototype, "heartbeat");

  constructor() {
    onTestFinished(() => this.#heartbeat.mockRestore());
  }

  /** The membership of a consumer of this group, or of groups whose name begins so. */
  async of(group: string): Promise<ConsumerGroup> {
    const found = () =>
      (this.#heartbeat.mock.contexts as ConsumerGroup[]).find(({ groupId }) => groupId.startsWith(group));
    await until(() => found() !== undefined, `a heartbeat to ${group}`);
    return found() as ConsumerGroup;
  }

  /** As if the broker had not heard of it for longer than its session lasts. */
  async forget({ groupId, memberId, coordinator }: ConsumerGroup): Promise<void> {
    await coordinator.leaveGroup({ groupId, memberId: memberId ?? "" });
  }
}
