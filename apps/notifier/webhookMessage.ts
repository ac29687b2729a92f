import { createHash } from "node:crypto";
import type { AlertRow } from "./alertRow.ts";

/** What Alertmanager posts to a webhook, as far as receivers of version 4 know it. */
export type WebhookMessage = ReturnType<typeof webhookMessage>;

/** Go's zero time: the end of a firing alert. */
const ZERO_TIME = "0001-01-01T00:00:00Z";

/**
 * A row as an Alertmanager message. The rows of a rule about one CPU form a group of their own, because receivers
 * apply a group's status to all its alerts.
 * Source: notify/webhook/webhook.go (Message) and template/template.go (Data, Alert) of prometheus/alertmanager
 *
 * @param stack the stack that the alerts come from
 */
export function webhookMessage(row: AlertRow, stack: string) {
  const { series, rule, event, hostname, cpu, since, end, message, values } = row;
  const status = event === "cleared" ? "resolved" : "firing";
  const group = { stack, rule, series, hostname, ...(cpu !== "" && { cpu }) };
  const labels = { alertname: `cpu_${rule}`, ...group };
  const details = Object.entries(values).map(([name, value]) => [name, String(value)] as const);
  const annotations = { summary: message, ...Object.fromEntries(details) };
  const alert = {
    status,
    labels,
    annotations,
    startsAt: new Date(since).toISOString(),
    endsAt: status === "resolved" ? new Date(end ?? since).toISOString() : ZERO_TIME,
    generatorURL: "",
    fingerprint: fingerprintOf(row, stack),
  };
  return {
    version: "4",
    groupKey: `{}:${JSON.stringify(group)}`,
    truncatedAlerts: 0,
    status,
    receiver: "streaming-anomaly-detection",
    groupLabels: group,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: "",
    alerts: [alert],
  };
}

/**
 * The same for all messages about an episode, and different for every other: 16 hexadecimal digits, like
 * Alertmanager's.
 */
export const fingerprintOf = ({ rule, series, hostname, cpu, since }: AlertRow, stack: string) =>
  createHash("sha256")
    .update(JSON.stringify([stack, rule, series, hostname, cpu, since]))
    .digest("hex")
    .slice(0, 16);
