import type { Command } from "commander";
import { untilInterrupted } from "../interrupt.ts";
import { readOutputs } from "../outputs.ts";
import { RowFormat } from "../rowFormat.ts";
import { followAlerts } from "../rows/alerts.ts";
import { together } from "../rows/together.ts";
import { followRows } from "../rows.ts";
import { withStack } from "../stackCommand.ts";
import { hasNotifier, stateResources } from "../stateResources.ts";
import { onServicesOf } from "../wayOut.ts";

const ALERTS = "slack";

export function addWatch(program: Command): void {
  program
    .command("watch")
    .description("follow what the pipelines find and what the notifier says of it, live; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to follow", "local")
    .option("--from-beginning", "show earlier results first", false)
    .action(async ({ stack: name, fromBeginning }: { stack: string; fromBeginning: boolean }) => {
      const { outputs, alertLogs } = await withStack(name, async (stack) => {
        const outputs = await readOutputs(stack);
        return { outputs, alertLogs: hasNotifier(await stateResources(stack)) ? outputs.logs : undefined };
      });
      const format = new RowFormat([...Object.keys(outputs.results), ...(alertLogs ? [ALERTS] : [])]);
      console.error(
        `Results of the stack ${name}, as they are committed, with times in UTC. Ctrl-C ends this.`,
      );
      const rows = (signal: AbortSignal) =>
        followRows(outputs, { fromBeginning, signal }, (row) => console.log(format.row(row)));
      const alerts = (signal: AbortSignal) =>
        alertLogs === undefined
          ? undefined
          : followAlerts(alertLogs, { fromBeginning, signal }, (line) =>
              console.log(format.alert(ALERTS, line)),
            );
      await onServicesOf(name, () => together(untilInterrupted(), [rows, alerts]));
    });
}
