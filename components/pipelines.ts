import type { Output } from "../clients/results/output.ts";

/** One pipeline: its tables, and where its results go. Its statement is the file of its name in sql/flink/pipelines. */
export interface Pipeline {
  /** Files of sql/flink/tables, in the order in which they are created. */
  readonly tables: readonly string[];
  /** Absent for one that writes to the source topic itself. */
  readonly output?: Output;
  /** The pipeline whose results it reads, if it does not read the source topic. */
  readonly reads?: string;
  /** It starts before the others, and `npm start` shows its first result as soon as it is there. */
  readonly startsFirst?: true;
  /** Healthy input may give it nothing to write for a long time: `npm start` does not wait for its results. */
  readonly rare?: true;
  /**
   * Its state may be discarded without harm, and is discarded if a changed statement cannot use it: it starts from
   * scratch, and `up` reports that. Others keep the former statement unless the setting freshStart names them.
   */
  readonly disposableState?: true;
  /** It reads the messages that are not valid readings, too. */
  readonly readsInvalid?: true;
  /**
   * Nobody needs its results within seconds, or they do not wait for a checkpoint: it takes checkpoints more rarely, at
   * a fraction of their cost while nothing happens.
   */
  readonly unhurried?: true;
  /** It remembers a CPU that sends nothing for as long as the setting learned.forgetAfter says, not for 90 minutes. */
  readonly remembers?: true;
  /** The rule that it applies; it runs if the setting alerts.rules names it. */
  readonly rule?: AlertRule;
}

/** What turns a CPU's load into an alert. */
export const alertRules = ["threshold", "silent", "learned"] as const;

export type AlertRule = (typeof alertRules)[number];

/** The topic that every pipeline starts from. */
export const sourceTopic = "cpu_load_stats_real";

/** The PostgreSQL table in which pipelines look up thresholds. */
export const thresholdTable = "cpu_thresholds";

/** The PostgreSQL table in which operators silence alerts, and the notifier looks up silences. */
export const silenceTable = "cpu_silences";

/** The pipelines whose results the notifier reads. */
export const notifierReads: readonly PipelineName[] = ["alerts"];

/** The notifier reads the row of a silenced alert again after a restart, so rows outlive long silences. */
const ALERTS = { topic: "cpu_alerts", leastRetentionHours: 30 * 24 };

/** The catalogue. A new pipeline is its SQL files and an entry here; docs/pipelines.md shows how. */
export const pipelines = {
  filter: {
    tables: ["cpu_in", "cpu_load_stats_real_filter"],
    output: { topic: "cpu_load_stats_real_filter" },
    startsFirst: true,
  },
  aggregate: {
    tables: ["cpu_in", "cpu_agg_stats"],
    output: { topic: "cpu_agg_stats" },
  },
  thresholdFilter: {
    tables: ["cpu_in", "cpu_thresholds", "cpu_load_stats_real_filter_pg"],
    output: { topic: "cpu_load_stats_real_filter_pg" },
  },
  countOverThreshold: {
    tables: ["cpu_in", "cpu_thresholds", "cpu_load_stats_agg_pg"],
    output: { table: "cpu_load_stats_agg_pg" },
    unhurried: true,
  },
  search: {
    tables: ["cpu_load_stats_real_filter_pg_in", "cpu_load_stats_real_filter_os"],
    output: { index: "cpu_load_stats_real_filter_os" },
    reads: "thresholdFilter",
    rare: true,
    unhurried: true,
  },
  notify: {
    tables: ["cpu_agg_stats_in", "cpu_thresholds", "cpu_notifications"],
    output: { topic: "cpu_notifications" },
    reads: "aggregate",
  },
  alerts: {
    tables: ["cpu_agg_stats_in", "cpu_thresholds", "cpu_alerts"],
    output: ALERTS,
    reads: "aggregate",
    remembers: true,
    rule: "threshold",
  },
  silent: {
    tables: ["cpu_in", "cpu_alerts"],
    output: ALERTS,
    rare: true,
    remembers: true,
    rule: "silent",
    unhurried: true,
  },
  expect: {
    tables: ["cpu_agg_stats_timed", "cpu_expected"],
    output: { topic: "cpu_expected" },
    reads: "aggregate",
    remembers: true,
    unhurried: true,
  },
  learned: {
    tables: ["cpu_expected_in", "cpu_alerts"],
    output: ALERTS,
    reads: "expect",
    rare: true,
    remembers: true,
    rule: "learned",
    unhurried: true,
  },
  trend: {
    tables: ["cpu_agg_stats_in", "cpu_trends"],
    output: { topic: "cpu_trends" },
    reads: "aggregate",
    // The last few windows.
    disposableState: true,
    unhurried: true,
  },
  quarantine: {
    tables: ["cpu_in", "cpu_load_stats_real_quarantine"],
    // A message of the largest size fits together with the headers that describe its problem.
    output: { topic: "cpu_load_stats_real_quarantine", config: { "max.message.bytes": "16777216" } },
    readsInvalid: true,
    rare: true,
    unhurried: true,
  },
  late: {
    tables: ["cpu_in", "cpu_load_stats_real_late"],
    output: { topic: "cpu_load_stats_real_late" },
    rare: true,
    unhurried: true,
  },
  heartbeat: {
    tables: ["cpu_in", "cpu_heartbeat"],
    unhurried: true,
  },
} as const satisfies Record<string, Pipeline>;

export type PipelineName = keyof typeof pipelines;

export const pipelineNames = Object.keys(pipelines) as PipelineName[];

/** Every table of PostgreSQL that we create. */
export const postgresTables: readonly string[] = [
  thresholdTable,
  silenceTable,
  ...Object.values<Pipeline>(pipelines).flatMap(({ output }) =>
    output !== undefined && "table" in output ? [output.table] : [],
  ),
];

/** The pipeline of that name, with the optional fields that its entry may not have. */
export const pipelineOf = (name: PipelineName): Pipeline => pipelines[name];

/** Whether pipelines write everything that the notifier reads. */
export function raiseAlerts(pipelines: readonly PipelineName[]): boolean {
  const owners = pipelines.map(outputOwner);
  return notifierReads.every((pipeline) => owners.includes(pipeline));
}

/** The pipeline that names a pipeline's output: the first of those that write to the same place. */
export function outputOwner(name: PipelineName): PipelineName {
  const place = (pipeline: PipelineName) => Object.values(pipelineOf(pipeline).output ?? {})[0];
  return pipelineNames.find((other) => place(other) !== undefined && place(other) === place(name)) ?? name;
}
