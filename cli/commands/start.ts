import type { Row } from "../../clients/results/row.ts";
import { during, type Progress } from "../../lib/progress.ts";
import { EVERYTHING } from "../../setup/needs.ts";
import { deploy } from "../engine/engine.ts";
import type { StackOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { firstRows } from "../output/firstRows.ts";
import { RowFormat } from "../output/rowFormat.ts";
import { describeStack } from "../output/summary.ts";
import { onServicesOf } from "../output/wayOut.ts";

const ROWS = 3;

export async function start(): Promise<void> {
  await withStack(
    "local",
    async (stack, progress) => {
      const { changes, outputs } = await deploy(stack, progress);
      const rows = await awaitRows(outputs, progress);
      progress.close();
      console.log(report(changes, outputs, rows));
    },
    { create: true, needs: EVERYTHING },
  );
}

async function awaitRows(outputs: StackOutputs, progress: Progress) {
  const task = progress.task("Waiting for the first results");
  return during(task, () =>
    onServicesOf("local", () =>
      firstRows(outputs, ROWS, (missing) => task.update(`none yet from ${missing.join(", ")}`)),
    ),
  );
}

function report(changes: string, outputs: StackOutputs, rows: Row[]): string {
  const format = new RowFormat(Object.keys(outputs.results));
  return `
The stack local is up (${changes}), and results are flowing. The first of each pipeline, with times in UTC:

${rows.map((row) => `  ${format.row(row)}`).join("\n")}

What runs where:

${describeStack(outputs)}

Next:

  npm run watch               follow the results, live
  npm run status -- local     what runs, how it is, and how much has come through
  npm run destroy -- local    stop everything and remove its data
`;
}
