import { followRows } from "../../clients/results/followRows.ts";
import { together } from "../../clients/results/together.ts";
import { untilInterrupted } from "../engine/interrupt.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stackCommand.ts";
import { hasNotifier, stateResources } from "../engine/stateResources.ts";
import { followAlerts } from "../output/followAlerts.ts";
import { RowFormat } from "../output/rowFormat.ts";
import { onServicesOf } from "../output/wayOut.ts";

const ALERTS = "slack";

export async function watch({
  stack: name,
  fromBeginning,
}: {
  stack: string;
  fromBeginning: boolean;
}): Promise<void> {
  const { outputs, alertLogs } = await withStack(name, async (stack) => {
    const outputs = await readOutputs(stack);
    return { outputs, alertLogs: hasNotifier(await stateResources(stack)) ? outputs.logs : undefined };
  });
  const format = new RowFormat([...Object.keys(outputs.results), ...(alertLogs ? [ALERTS] : [])]);
  console.error(`Results of the stack ${name}, as they are committed, with times in UTC. Ctrl-C ends this.`);
  const rows = (signal: AbortSignal) =>
    followRows(outputs, { fromBeginning, signal }, (row) => console.log(format.row(row)));
  const alerts = (signal: AbortSignal) =>
    alertLogs === undefined
      ? undefined
      : followAlerts(alertLogs, { fromBeginning, signal }, (line) => console.log(format.alert(ALERTS, line)));
  await onServicesOf(name, () => together(untilInterrupted(), [rows, alerts]));
}
