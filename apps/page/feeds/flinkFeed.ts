import { isActive, type Job } from "../../../clients/flink/job.ts";
import { JobObserver } from "../../../clients/flink/jobObserver.ts";
import { repeat } from "../../../lib/until.ts";
import { type Counters, type JobActivity, type Work, workBetween } from "../model/jobActivity.ts";
import type { World } from "../model/world.ts";

const POLL_MS = 1_000;
/** What the JobManager caches anyway is asked for less often. */
const DETAILS_EVERY = 4;

/** By pipeline. */
type Found = readonly (readonly [string, Job | undefined])[];

type Details = Omit<JobActivity, "state" | "allTasksRunning">;

/** Keeps up to date how the jobs of the pipelines are doing, until the signal is aborted. */
export async function feedFromFlink(
  url: string,
  jobs: Readonly<Record<string, string>>,
  world: World,
  signal: AbortSignal,
  help: string,
): Promise<void> {
  const observer = new JobObserver(url);
  const details = new JobDetails(observer);
  // The clock of another machine may be another.
  const isHere = /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url);
  let heartbeatMs: number | undefined;
  let round = 0;
  const look = async () => {
    try {
      heartbeatMs ??= await observer.heartbeatMs();
      const [heartbeats, listed] = await Promise.all([observer.heartbeats(), observer.jobs()]);
      const active = listed.filter(isActive);
      const found = Object.entries(jobs).map(
        ([pipeline, name]) => [pipeline, active.find((job) => job.name === name)] as const,
      );
      if (round++ % DETAILS_EVERY === 0) await details.update(found.flatMap(([, job]) => job ?? []));
      for (const [pipeline, job] of found) if (job) world.catchUps.job(pipeline, job.id, Date.now());
      world.jobs = new Map(
        found.flatMap(([pipeline, job]) =>
          job === undefined
            ? []
            : [[pipeline, { state: job.state, allTasksRunning: job.allTasksRunning, ...details.of(job) }]],
        ),
      );
      const silent = silentFor(heartbeats, isHere ? heartbeatMs : undefined);
      if (silent === undefined) noteParts(world, heartbeats.length, found, help);
      else
        world.parts.down("Flink", `A TaskManager has not answered for ${Math.round(silent / 1000)} s`, help);
    } catch (error) {
      world.jobs = new Map();
      world.parts.down("Flink", error instanceof Error ? error.message : String(error), help);
    }
  };
  await repeat(look, { pollMs: POLL_MS, signal });
}

/** How long the TaskManager that was heard of last is silent, in ms; undefined if that is as it should be. */
function silentFor(heartbeats: readonly number[], heartbeatMs: number | undefined): number | undefined {
  if (heartbeatMs === undefined || heartbeats.length === 0) return undefined;
  const silent = Date.now() - Math.min(...heartbeats);
  return silent > 1.5 * heartbeatMs + POLL_MS / 2 ? silent : undefined;
}

function noteParts(world: World, taskManagers: number, found: Found, help: string): void {
  const named = (fits: (job: Job | undefined) => boolean) =>
    found.filter(([, job]) => fits(job)).map(([pipeline]) => pipeline);
  const lost = named((job) => job === undefined);
  const waiting = named((job) => job !== undefined && !job.allTasksRunning);
  if (taskManagers === 0) world.parts.down("Flink", "Flink has no TaskManager: no pipeline runs", help);
  else if (lost.length > 0) world.parts.down("Flink", `${pipelines(lost)} not running`, help);
  else if (waiting.length > 0) world.parts.down("Flink", `${pipelines(waiting)} being started`, help);
  else world.parts.up("Flink");
}

const pipelines = (names: readonly string[]) =>
  names.length === 1 ? `The pipeline ${names[0]} is` : `The pipelines ${names.join(", ")} are`;

/** What takes several requests a job. */
class JobDetails {
  readonly #counters = new Map<string, Counters>();
  readonly #work = new Map<string, Work>();
  /** Of each job, what does not change while it runs. */
  readonly #intervals = new Map<string, number | undefined>();
  #details: ReadonlyMap<string, Details> = new Map();

  constructor(private readonly observer: JobObserver) {}

  of({ id }: Job): Details {
    return this.#details.get(id) ?? {};
  }

  /** Looks at these jobs, and forgets all others. One that does not answer has no details. */
  async update(jobs: readonly Job[]): Promise<void> {
    const details = jobs.map(async ({ id }) => [id, await this.#look(id).catch(() => ({}))] as const);
    this.#details = new Map(await Promise.all(details));
    for (const known of [this.#counters, this.#work, this.#intervals]) {
      for (const id of known.keys()) if (!this.#details.has(id)) known.delete(id);
    }
  }

  async #look(id: string): Promise<Details> {
    const [vertices, checkpoint, restarts] = await Promise.all([
      this.observer.vertices(id),
      this.observer.checkpoint(id),
      this.observer.restarts(id),
    ]);
    if (!this.#intervals.has(id)) this.#intervals.set(id, await this.observer.checkpointIntervalMs(id));
    const checkpointIntervalMs = this.#intervals.get(id);
    const [last] = vertices.slice(-1);
    const watermark = last && (await this.observer.watermark(id, last.id));
    const now = { at: Date.now(), vertices };
    const before = this.#counters.get(id);
    const work = before && workBetween(before, now);
    if (work !== undefined) this.#work.set(id, work);
    if (before === undefined || work !== undefined) this.#counters.set(id, now);
    const watermarkDelayMs = watermark === undefined ? undefined : Math.max(0, now.at - watermark);
    return { checkpoint, checkpointIntervalMs, restarts, watermarkDelayMs, ...this.#work.get(id) };
  }
}
