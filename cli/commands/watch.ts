import type { Command } from "commander";
import { untilInterrupted } from "../interrupt.ts";
import { readOutputs } from "../outputs.ts";
import { rowFormat } from "../rowFormat.ts";
import { followRows } from "../rows.ts";
import { withStack } from "../stackCommand.ts";

export function addWatch(program: Command): void {
  program
    .command("watch")
    .description("follow what the pipelines find, live; Ctrl-C ends it")
    .option("--stack <stack>", "the stack to follow", "local")
    .option("--from-beginning", "show earlier results first", false)
    .action(async ({ stack: name, fromBeginning }: { stack: string; fromBeginning: boolean }) => {
      const outputs = await withStack(name, (stack) => readOutputs(stack));
      const format = rowFormat(Object.keys(outputs.results));
      console.error(`Results of the stack ${name}, as they are committed. Ctrl-C ends this.`);
      await followRows(outputs, { fromBeginning, signal: untilInterrupted() }, (row) =>
        console.log(format(row)),
      );
    });
}
