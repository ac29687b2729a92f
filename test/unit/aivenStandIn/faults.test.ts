import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { call, done, refusal, useStandIn } from "./standInCalls.ts";

const standIn = useStandIn();
const create = () => call("POST", "/service/kafka/topic", { topic_name: "t" });
const topics = () => [...(standIn().state.services.get("kafka")?.topics.keys() ?? [])];

describe("a fault", () => {
  it("responds instead of the API, as often as configured and only for its path", async () => {
    standIn().fail({ method: "POST", path: /\/topic$/, status: 500, times: 2, message: "broken" });
    await done("GET", "/service/kafka/topic");
    expect(await create()).toEqual(refusal(500, "broken"));
    expect(await create()).toMatchObject({ status: 500 });
    expect(topics()).toEqual([]);
    expect(await create()).toMatchObject({ status: 200 });
    expect(standIn().requests.map(({ status }) => status)).toEqual([200, 500, 500, 200]);
  });

  it("comes after the effect if configured", async () => {
    standIn().fail({ path: /\/topic$/, status: 409, after: "after the effect" });
    expect(await create()).toMatchObject({ status: 409 });
    expect(topics()).toEqual(["t"]);
  });

  it.each([
    ["before", []],
    ["after the effect", ["t"]],
  ] as const)("cuts the connection %s", async (after, left) => {
    standIn().fail({ path: /\/topic$/, status: "drop", after });
    await expect(create()).rejects.toThrow("fetch failed");
    expect(topics()).toEqual(left);
  });

  it("never responds", async () => {
    standIn().fail({ path: /\/topic$/, status: "hang" });
    const stop = new AbortController();
    const url = `${standIn().url}/v1/project/test-project/service/kafka/topic`;
    const asked = fetch(url, { signal: stop.signal }).then(
      () => "a response",
      (error: Error) => error.message,
    );
    await vi.waitFor(() => expect(standIn().requests).toHaveLength(1), 30_000);
    await sleep(100);
    stop.abort();
    expect(await asked).toMatch(/abort/);
    expect(standIn().requests).toMatchObject([{ status: undefined }]);
  });

  it("delays the real response if it has no status", async () => {
    standIn().fail({ path: /\/topic$/, delayMs: 50 });
    const from = performance.now();
    expect(await create()).toMatchObject({ status: 200 });
    expect(performance.now() - from).toBeGreaterThanOrEqual(49);
  });
});
