import { afterAll, beforeAll, expect, it } from "vitest";
import { FakePage } from "../../support/page/fakePage.ts";
import { fakeWorld } from "../../support/page/fakeWorld.ts";

let page: FakePage;
beforeAll(async () => {
  page = await FakePage.serve(fakeWorld());
});
afterAll(() => page.stop());

it("Prometheus gets what the page shows, and no sample for unknown values", async () => {
  page.world.parts.down("Flink", "it is away");
  page.world.lags = new Map([
    ["filter", { messages: 12, seconds: undefined, atLeastSeconds: 600, trend: 0, leftSeconds: undefined }],
  ]);
  page.world.filterLatency.add(Date.now(), 600);
  const answer = await fetch(`${page.url}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const lines = (await answer.text()).split("\n");
  for (const line of [
    'streaming_up{part="Kafka",stack="local"} 1',
    'streaming_up{part="Flink",stack="local"} 0',
    'streaming_lag_messages{pipeline="filter",stack="local"} 12',
    // Longer than is known, and an alert on it goes on firing.
    'streaming_lag_seconds{pipeline="filter",stack="local"} 600',
    'streaming_quarantined{reason="not JSON",stack="local"} 3',
    'streaming_latency_seconds{of="filter",quantile="0.5",stack="local"} 0.6',
  ]) {
    expect(lines).toContain(line);
  }
  const samples = lines.filter((line) => !line.startsWith("#")).join("\n");
  expect(samples).not.toMatch(/job_restarts|NaN/);
  expect(samples).toMatch(/streaming_episodes_firing\{rule="threshold",stack="local"\} \d+/);
});
