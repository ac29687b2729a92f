import { describe, expect, it } from "vitest";
import { notifierOf } from "../../../cli/commands/notify.ts";
import type { StackOutputs } from "../../../cli/engine/outputs.ts";
import { ON_AIVEN, settingsOf } from "../aiven/settings.ts";

const without = {} as StackOutputs;
const of = (settings: Record<string, unknown>, outputs = without) =>
  notifierOf("dev", settingsOf({ ...ON_AIVEN, ...settings }), outputs);

describe("the notifier of a stack", () => {
  it("runs with the config in the stack's output", () => {
    const notifier = {
      kafka: { bootstrapServers: "kafka:1", security: { protocol: "PLAINTEXT" as const } },
      options: { groupId: "dev-notifier", alertsTopic: "cpu_alerts" },
    };
    expect(of({}, { ...without, notifier })).toBe(notifier);
  });

  it("of an older version must be deployed again", () => {
    const notifier = {
      kafka: { bootstrapServers: "kafka:1", security: { protocol: "PLAINTEXT" as const } },
      options: { groupId: "dev-notifier", stateTopic: "cpu_notifier_state" },
    };
    expect(() => of({}, { ...without, notifier })).toThrow(
      "The stack dev was deployed by an older version with a different notifier: npm run up -- dev.",
    );
  });

  it("does not exist if Flink posts", () => {
    expect(() =>
      of({ "slack.via": "connector", "slack.channel": "C0123456789", "slack.token": "xoxb-1" }),
    ).toThrow(/^Flink itself posts the alerts of the stack dev \(slack\.via is connector\)/);
  });

  it("does not exist if the settings disable it, with everything that must change", () => {
    expect(() => of({ "notifier.enabled": false, pipelines: ["filter", "aggregate"] })).toThrow(
      "The stack dev has no notifier: notifier.enabled is false: set it to true; pipelines lacks alerts, which it reads: add them; then npm run up -- dev.",
    );
  });

  it("does not exist if the stack is older than its settings", () => {
    for (const settings of [{}, { "alerts.rules": ["silent", "learned"] }])
      expect(() => of(settings)).toThrow(
        "it was deployed before a notifier was configured; then npm run up -- dev",
      );
  });
});
