import type { Command } from "commander";
import { followRows } from "../../clients/results/followRows.ts";
import { together } from "../../clients/results/together.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { hasNotifier, stateResources } from "../engine/stateResources.ts";
import { untilInterrupted } from "../interrupt.ts";
import { followAlerts } from "../output/followAlerts.ts";
import { RowFormat } from "../output/rowFormat.ts";
import { onServicesOf } from "../output/wayOut.ts";

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
