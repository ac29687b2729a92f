import { expect, test } from "vitest";
import { Courier } from "../../../apps/notifier/courier.ts";
import type { OutgoingMessage, Publisher } from "../../../apps/notifier/publisher.ts";
import { type SavedRecord, SavedState } from "../../../apps/notifier/savedState.ts";
import { type Change, newSeries, type SeriesState } from "../../../apps/notifier/series.ts";
import { SlackRefusal } from "../../../apps/notifier/slackFailures.ts";
import { notification, SERIES } from "./windows.ts";

const CHANGES: Change[] = [{ ...notification(0), kind: "alert", since: 0 }];
const STATES: SeriesState[] = [{ ...newSeries(SERIES), open: true }];

/** Slack and the state topic as one world in which a process can be killed before each of its steps. */
class World {
  readonly posted: OutgoingMessage[] = [];
  readonly looked: (string | undefined)[] = [];
  readonly records: SavedRecord[] = [];
  refusal: SlackRefusal | undefined;
  stepsLeft = Number.POSITIVE_INFINITY;

  readonly writer = {
    write: async (records: readonly SavedRecord[]) => {
      this.#step();
      this.records.push(...records);
    },
  };

  readonly publisher: Publisher = {
    publish: async (message, mayBeIn) => {
      this.#step();
      this.looked.push(mayBeIn);
      if (this.refusal !== undefined) throw this.refusal;
      if (mayBeIn === undefined || !this.posted.some(({ id }) => id === message.id))
        this.posted.push(message);
      this.#step();
      return "C1";
    },
  };

  get saved(): SavedState {
    const saved = new SavedState();
    for (const { key, value } of this.records) saved.add(key, value ?? undefined);
    return saved;
  }

  courier(channel = "#alerts"): Courier {
    return new Courier(this.publisher, this.writer, channel);
  }

  #step(): void {
    if (this.stepsLeft-- <= 0) throw new Error("killed");
  }
}

test("a message is recorded, posted, its states are saved, and it is removed", async () => {
  const world = new World();
  const courier = world.courier();
  expect(await courier.send(CHANGES, STATES, 7)).toBe(true);
  expect(world.posted).toMatchObject([{ channel: "#alerts", createdAt: 7 }]);
  expect(world.records.map(({ key }) => key)).toEqual(["message", "dopey/cpu4", "message"]);
  expect(world.saved.message).toEqual({ status: "idle", channel: "#alerts", channelId: "C1", posted: 1 });
  expect(world.saved.series.get("dopey/cpu4")?.open).toBe(true);
  await courier.send(CHANGES, STATES, 8);
  expect(world.posted[1]?.channel).toBe("C1");
});

test.each([0, 1, 2, 3, 4, 5])(
  "killed before step %i, the next run finishes it exactly once",
  async (steps) => {
    const world = new World();
    world.stepsLeft = steps;
    await world
      .courier()
      .send(CHANGES, STATES, 7)
      .catch(() => {});
    world.stepsLeft = Number.POSITIVE_INFINITY;
    const next = world.courier();
    const begun = world.saved.message !== undefined;
    expect(await next.resume(world.saved.message)).toBe(true);
    expect(world.posted).toHaveLength(begun ? 1 : 0);
    expect(next.posted).toBe(begun ? 1 : 0);
    expect(world.saved.series.has("dopey/cpu4")).toBe(begun);
    expect(world.saved.message?.status ?? "none").toBe(begun ? "idle" : "none");
  },
);

test("a refused message is removed, because the records that led to it are still uncommitted", async () => {
  const world = new World();
  world.refusal = new SlackRefusal("channel_not_found", "#alerts");
  await expect(world.courier().send(CHANGES, STATES, 7)).rejects.toThrow(SlackRefusal);
  expect(world.saved.message).toEqual({ status: "idle", channel: "#alerts", posted: 0 });
  expect(world.saved.series.size).toBe(0);
});

test("a refused message that may have arrived before is kept", async () => {
  const world = new World();
  world.refusal = new SlackRefusal("invalid_auth", "#alerts", false);
  await expect(world.courier().send(CHANGES, STATES, 7)).rejects.toThrow(SlackRefusal);
  expect(world.saved.message?.status).toBe("sending");
});

test("a message that was meant for another channel is looked for in that channel", async () => {
  const world = new World();
  world.stepsLeft = 1;
  await world
    .courier("#old")
    .send(CHANGES, STATES, 7)
    .catch(() => {});
  world.stepsLeft = Number.POSITIVE_INFINITY;
  await world.courier("#new").resume(world.saved.message);
  expect(world.looked).toEqual(["#old"]);
  expect(world.posted).toMatchObject([{ channel: "#new" }]);
});
