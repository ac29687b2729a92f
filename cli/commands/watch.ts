import type { Command } from "commander";
import { untilInterrupted } from "../interrupt.ts";
import { readOutputs } from "../outputs.ts";
import { RowFormat } from "../rowFormat.ts";
import { followAlerts } from "../rows/alerts.ts";
import { followRows } from "../rows.ts";
import { withStack } from "../stackCommand.ts";

const ALERTS = "slack";

export function addWatch(program: Command): void {
  program
    .command("watch")
    .description("follow what the pipelines find and what the notifier says of it, live; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to follow", "local")
    .option("--from-beginning", "show earlier results first", false)
    .action(async ({ stack: name, fromBeginning }: { stack: string; fromBeginning: boolean }) => {
      const outputs = await withStack(name, (stack) => readOutputs(stack));
      const format = new RowFormat([...Object.keys(outputs.results), ALERTS]);
      const options = { fromBeginning, signal: untilInterrupted() };
      console.error(`Results of the stack ${name}, as they are committed. Ctrl-C ends this.`);
      await Promise.all([
        followRows(outputs, options, (row) => console.log(format.row(row))),
        followAlerts(outputs.logs, options, (line) => console.log(format.alert(ALERTS, line))),
      ]);
    });
}
