import { runNotifier } from "../../apps/notifier/notifier.ts";
import { parseNotifierOptions } from "../../apps/notifier/options.ts";
import type { AppConfig } from "../../components/contract.ts";
import { notifierReads, raiseAlerts } from "../../components/pipelines.ts";
import type { Settings } from "../../components/settings.ts";
import { UserError } from "../../lib/userError.ts";
import { readOutputs, type StackOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { untilInterrupted } from "../output/terminal.ts";

export async function notify(name: string): Promise<void> {
  const { kafka, options } = await withStack(name, async (stack) =>
    notifierOf(name, await stackSettings(stack), await readOutputs(stack)),
  );
  await runNotifier({
    connection: kafka,
    options: parseNotifierOptions(options),
    onReport: (line) => console.log(line),
    signal: untilInterrupted(),
  });
}

/**
 * The config with which a stack's notifier runs.
 *
 * @throws UserError if the stack has none, with the reason and what to do
 */
export function notifierOf(stack: string, settings: Settings, { notifier }: StackOutputs): AppConfig {
  const up = `npm run up -- ${stack}`;
  if (notifier !== undefined) {
    if ("alertsTopic" in notifier.options) return notifier;
    throw new UserError(
      `The stack ${stack} was deployed by an older version with a different notifier: ${up}.`,
    );
  }
  if (settings["slack.via"] === "connector") {
    throw new UserError(
      `Flink itself posts the alerts of the stack ${stack} (slack.via is connector). For a notifier in its place, set slack.via to notifier, then ${up}.`,
    );
  }
  const missing = raiseAlerts(settings.pipelines) ? [] : notifierReads;
  const changes = [
    ...(settings["notifier.enabled"] ? [] : ["notifier.enabled is false: set it to true"]),
    ...(missing.length === 0 ? [] : [`pipelines lacks ${missing.join(" and ")}, which it reads: add them`]),
  ];
  const why = changes.length === 0 ? "it was deployed before a notifier was configured" : changes.join("; ");
  throw new UserError(`The stack ${stack} has no notifier: ${why}; then ${up}.`);
}
