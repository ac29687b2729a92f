import type { Command } from "commander";
import { parseNotifierOptions, runNotifier } from "../../apps/notifier/notifier.ts";
import { notifierOf } from "../engine/notifierOf.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { untilInterrupted } from "../interrupt.ts";

export function addNotify(program: Command): void {
  program
    .command("notify")
    .description("tell Slack of a stack's alerts, from here; Ctrl-C ends it")
    .option("--stack <stack>", "the stack whose alerts to tell of", "local")
    .action(async ({ stack: name }: { stack: string }) => {
      const { kafka, options } = await withStack(name, async (stack) =>
        notifierOf(name, await stackSettings(stack), await readOutputs(stack)),
      );
      await runNotifier({
        connection: kafka,
        options: parseNotifierOptions(options),
        onReport: (line) => console.log(line),
        signal: untilInterrupted(),
      });
    });
}
