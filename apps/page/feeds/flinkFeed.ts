import { isActive, type Job } from "../../../clients/flink/job.ts";
import { JobObserver } from "../../../clients/flink/jobObserver.ts";
import { type Counters, type JobActivity, type Work, workBetween } from "../model/jobActivity.ts";
import type { World } from "../model/world.ts";
import type { Attention } from "./attention.ts";
import { TaskManagers } from "./taskManagers.ts";

const PACE = { watchedMs: 1_000, aloneMs: 60_000 };
/** The JobManager caches these details anyway, so they are requested less often. */
const DETAILS_MS = 4_000;

/** By pipeline. */
type Found = readonly (readonly [string, Job | undefined])[];

type Details = Omit<JobActivity, "state" | "allTasksRunning">;

/** Keeps the state of the pipelines' jobs up to date until the signal is aborted; once a minute while nobody looks. */
export async function feedFromFlink(
  url: string,
  jobs: Readonly<Record<string, string>>,
  world: World,
  attention: Attention,
  signal: AbortSignal,
  help: string,
): Promise<void> {
  const observer = new JobObserver(url);
  const details = new JobDetails(observer);
  const taskManagers = new TaskManagers(observer, url, PACE.watchedMs);
  let [lookedAt, detailsAt] = [0, 0];
  const look = async () => {
    const now = Date.now();
    try {
      const [{ count, silentMs }, listed] = await Promise.all([taskManagers.look(signal), observer.jobs()]);
      // Before the details, which take several requests per job.
      if (silentMs !== undefined) {
        const seconds = Math.round(silentMs / 1000);
        world.parts.down("Flink", `A TaskManager has not answered for ${seconds} s`, help);
      }
      const active = listed.filter(isActive);
      const found = Object.entries(jobs).map(
        ([pipeline, name]) => [pipeline, active.find((job) => job.name === name)] as const,
      );
      if (now - detailsAt >= DETAILS_MS) {
        await details.update(found.flatMap(([, job]) => job ?? []));
        detailsAt = now;
      }
      noteJobs(world, found, lookedAt, now);
      lookedAt = now;
      world.jobs = new Map(
        found.flatMap(([pipeline, job]) =>
          job === undefined
            ? []
            : [[pipeline, { state: job.state, allTasksRunning: job.allTasksRunning, ...details.of(job) }]],
        ),
      );
      if (silentMs === undefined) noteParts(world, count, found, help);
    } catch (error) {
      world.jobs = new Map();
      world.parts.down("Flink", error instanceof Error ? error.message : String(error), help);
    }
  };
  await attention.repeat(look, PACE, signal);
}

/** Latencies since the look before a new job was found may measure how long readings waited for the job to exist. */
function noteJobs(world: World, found: Found, lookedAt: number, now: number): void {
  for (const [pipeline, job] of found) {
    if (job === undefined || !world.catchUps.job(pipeline, job.id, now)) continue;
    world.filterLatency.forgetSince(lookedAt);
    world.alertLatency.forgetSince(lookedAt);
  }
}

function noteParts(world: World, taskManagers: number, found: Found, help: string): void {
  const named = (fits: (job: Job | undefined) => boolean) =>
    found.filter(([, job]) => fits(job)).map(([pipeline]) => pipeline);
  const lost = named((job) => job === undefined);
  const waiting = named((job) => job !== undefined && !job.allTasksRunning);
  if (taskManagers === 0) world.parts.down("Flink", "Flink has no TaskManager: no pipeline runs", help);
  else if (lost.length > 0 && lost.length === found.length)
    world.parts.down("Flink", "No pipeline is running", help);
  else if (lost.length > 0) world.parts.down("Flink", `${pipelines(lost)} not running`, help);
  else if (waiting.length > 0) world.parts.down("Flink", `${pipelines(waiting)} being started`, help);
  else world.parts.up("Flink");
}

const pipelines = (names: readonly string[]) =>
  names.length === 1 ? `The pipeline ${names[0]} is` : `The pipelines ${names.join(", ")} are`;

/** Details that take several requests per job. */
class JobDetails {
  readonly #counters = new Map<string, Counters>();
  readonly #work = new Map<string, Work>();
  /** Per job; does not change while the job runs. */
  readonly #intervals = new Map<string, number>();
  #details: ReadonlyMap<string, Details> = new Map();

  constructor(private readonly observer: JobObserver) {}

  of({ id }: Job): Details {
    return this.#details.get(id) ?? {};
  }

  /** Queries these jobs, and forgets all others. A job that does not answer has no details. */
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
    // A JobManager that does not report it now may report it at the next look.
    const checkpointIntervalMs = this.#intervals.get(id) ?? (await this.observer.checkpointIntervalMs(id));
    if (checkpointIntervalMs !== undefined) this.#intervals.set(id, checkpointIntervalMs);
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
