import { setTimeout } from "node:timers/promises";
import ConsumerGroup from "kafkajs/src/consumer/consumerGroup.js";
import { onTestFinished, vi } from "vitest";
import { until } from "./topics.ts";

/** Finds the group memberships of consumers created from now on, and makes their broker forget them. */
export class Memberships {
  readonly #heartbeat = vi.spyOn(ConsumerGroup.prototype, "heartbeat");

  constructor() {
    onTestFinished(() => this.#heartbeat.mockRestore());
  }

  /** The membership of a consumer in this group, or in groups whose name begins with it. */
  async of(group: string): Promise<ConsumerGroup> {
    const found = () =>
      (this.#heartbeat.mock.contexts as ConsumerGroup[]).find(({ groupId }) => groupId.startsWith(group));
    await until(() => found() !== undefined, `a heartbeat to ${group}`);
    return found() as ConsumerGroup;
  }

  /** As if the broker had not heard from it for longer than its session lasts. */
  async forget({ groupId, memberId, coordinator }: ConsumerGroup): Promise<void> {
    await coordinator.leaveGroup({ groupId, memberId: memberId ?? "" });
  }

  /** As if the broker had stood still: what happens meanwhile comes before the consumer reads or rejoins. */
  async standStill(membership: ConsumerGroup, meanwhile: () => Promise<unknown>): Promise<void> {
    const { memberId } = membership;
    const fetch = vi.spyOn(membership, "fetch").mockImplementation(() => setTimeout(50, []));
    try {
      await until(() => fetch.mock.calls.length > 0, "the answer to the last request");
      await this.forget(membership);
      await meanwhile();
      await until(() => ![memberId, null].includes(membership.memberId), "the consumer to rejoin");
    } finally {
      fetch.mockRestore();
    }
  }
}
