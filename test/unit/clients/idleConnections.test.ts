import { setTimeout as sleep } from "node:timers/promises";
import RequestQueue from "kafkajs/src/network/requestQueue/index.js";
import { describe, expect, it, vi } from "vitest";
import "../../../clients/kafka/client.ts";

const PAUSE_MS = 40;

function queue() {
  const logger = { debug() {} };
  const made = new RequestQueue({
    requestTimeout: 1_000,
    enforceRequestTimeout: false,
    clientId: "",
    broker: "",
    logger,
  });
  const checks = vi.spyOn(made, "checkPendingRequests");
  return { made, checks };
}

describe("a connection to Kafka", () => {
  it("does not wake the process while it is idle", async () => {
    const { made, checks } = queue();
    made.checkPendingRequests();
    await sleep(PAUSE_MS);
    expect(checks).toHaveBeenCalledTimes(1);
  });

  it("sends a request that the broker throttled once the time has passed, and then rests", async () => {
    const { made, checks } = queue();
    const sendRequest = vi.fn();
    made.maybeThrottle(PAUSE_MS);
    made.push({ entry: { correlationId: 1 }, expectResponse: true, sendRequest });
    expect(sendRequest).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(sendRequest).toHaveBeenCalledOnce());
    const { length } = checks.mock.calls;
    await sleep(PAUSE_MS);
    expect(checks).toHaveBeenCalledTimes(length);
  });
});
