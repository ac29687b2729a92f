import pc from "picocolors";
import { isOnAiven } from "../../components/services.ts";
import { JobManager } from "../../provider/flink/jobManager.ts";
import type { StackOutputs } from "../outputs.ts";
import type { StateResource } from "../status.ts";
import { table } from "../summary.ts";

/** Each job's state, as Flink itself tells it. */
export async function describeJobs(
  resources: readonly StateResource[],
  { flink }: StackOutputs,
): Promise<string> {
  if (isOnAiven(flink)) return "";
  const jobManager = new JobManager(flink.webUrl);
  const jobs = resources.filter(({ type }) => type === "streaming:flink:SqlJob");
  const rows = jobs.map(async ({ outputs = {} }) => {
    const { job } = outputs as { job: string };
    const active = await jobManager.activeJobNamed(job);
    return [job, coloured(active?.state ?? "lost"), active?.id ?? ""];
  });
  return table(await Promise.all(rows));
}

function coloured(state: string): string {
  if (state === "lost") return pc.red(state);
  return state === "RUNNING" ? pc.green(state) : pc.yellow(state);
}
