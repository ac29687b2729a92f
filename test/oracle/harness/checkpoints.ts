import { until } from "../../../lib/until.ts";

const POLL_MS = 100;
const GIVE_UP_MS = 10_000;

/**
 * Has running jobs take a checkpoint now, so that their results can be read and no comparison waits for the next. Jobs
 * that cannot, because they are restarting, are skipped.
 *
 * @param isWanted whether a job of this name must take one
 *
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/ops/rest_api/#jobs-jobid-checkpoints-1
 */
export async function takeCheckpoints(webUrl: string, isWanted: (job: string) => boolean): Promise<void> {
  const overview = await ask<{ jobs: { jid: string; name: string; state: string }[] }>(
    `${webUrl}/jobs/overview`,
  );
  const running = (overview?.jobs ?? []).filter(({ name, state }) => state === "RUNNING" && isWanted(name));
  await Promise.all(running.map(({ jid }) => checkpoint(`${webUrl}/jobs/${jid}/checkpoints`)));
}

async function checkpoint(url: string): Promise<void> {
  const asked = await ask<{ "request-id": string }>(url, { method: "POST", body: "{}" });
  if (asked === undefined) return;
  const isTaken = async () => {
    const answer = await ask<{ status: { id: string } }>(`${url}/${asked["request-id"]}`);
    return answer?.status.id !== "IN_PROGRESS";
  };
  await until(isTaken, { deadline: GIVE_UP_MS, pollMs: POLL_MS });
}

/** @returns undefined if the JobManager does not respond or refuses */
async function ask<T>(url: string, init?: RequestInit): Promise<T | undefined> {
  try {
    const response = await fetch(url, init);
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
