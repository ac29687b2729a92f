import { parseNotifierOptions, runNotifier } from "../../apps/notifier/notifier.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { notifierOf } from "../engine/notifierOf.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { stackSettings } from "../engine/stackSettings.ts";

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
