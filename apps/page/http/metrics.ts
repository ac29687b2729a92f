import { Gauge, Registry } from "prom-client";
import type { Percentiles } from "../../../lib/percentiles.ts";
import type { Part } from "../model/parts.ts";
import type { World } from "../model/world.ts";
import type { StackInfo } from "../views/stackInfo.ts";
import { statusView } from "../views/status.ts";

/** The metrics for Prometheus: the current state of the stack. Unknown values have no sample. */
export async function metricsText(
  world: World,
  info: StackInfo,
  now: number,
): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name: `streaming_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  registry.setDefaultLabels({ stack: info.stack });
  noteParts(
    gauge("up", "Whether a part of the stack works: 1 or 0", ["part"]),
    statusView(world, info, now).parts,
  );

  const readings = gauge("readings_per_second", "Readings per second over the last 10 seconds");
  const rate = world.rates.readings.perSecond(now);
  if (rate === undefined) readings.remove();
  else readings.set(rate);

  const rows = gauge("rows_per_second", "Rows per second that a pipeline writes to its topic", ["pipeline"]);
  for (const [pipeline, each] of world.rates.rows) {
    const written = each.perSecond(now);
    if (written !== undefined) rows.set({ pipeline }, written);
  }
  const messages = gauge("lag_messages", "Messages that a pipeline has not committed", ["pipeline"]);
  const seconds = gauge("lag_seconds", "How long the oldest of these has waited, at least", ["pipeline"]);
  for (const [pipeline, lag] of world.lags) {
    messages.set({ pipeline }, lag.messages);
    seconds.set({ pipeline }, lag.atLeastSeconds);
  }
  const restarts = gauge("job_restarts", "Restarts of a pipeline's job since it was submitted", ["pipeline"]);
  for (const [pipeline, job] of world.jobs)
    if (job.restarts !== undefined) restarts.set({ pipeline }, job.restarts);

  const firing = gauge("episodes_firing", "Ongoing alert episodes", ["rule"]);
  for (const { rule } of world.episodes.firing) firing.inc({ rule });
  for (const rule of world.episodes.leftOut) firing.inc({ rule });

  const lost = gauge("quarantined", "Quarantined messages since an hour before the page started, by reason", [
    "reason",
  ]);
  for (const { reason, count } of world.quarantine.reasons) lost.set({ reason }, count);

  const latency = gauge(
    "latency_seconds",
    "From a reading's arrival in Kafka to a result of the last minute; to an alert of the last hour",
    ["of", "quantile"],
  );
  const note = (of: string, measured: Percentiles | undefined) => {
    if (measured === undefined) return;
    latency.set({ of, quantile: "0.5" }, measured.p50 / 1000);
    latency.set({ of, quantile: "0.99" }, measured.p99 / 1000);
  };
  note("filter", world.filterLatency.percentiles(now));
  note("alert", world.alertLatency.percentiles(now));
  return { type: registry.contentType, text: await registry.metrics() };
}

function noteParts(up: Gauge<"part">, parts: readonly Part[]): void {
  for (const { name, state } of parts)
    if (state !== "not known") up.set({ part: name }, state === "up" ? 1 : 0);
}
