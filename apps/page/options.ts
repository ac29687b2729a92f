import * as v from "valibot";
import type { OpenSearchConnection } from "../../clients/openSearch/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import type { Output } from "../../clients/results/output.ts";
import { type ReadingForm, TIME_UNITS, USAGE_RANGES } from "../../lib/reading/forms.ts";
import { UsageError } from "../../lib/userError.ts";
import { allowed, count, file, topic } from "../shared/optionValues.ts";
import { type OptionProblem, problemsText, readOptions } from "../shared/readOptions.ts";

/** Which stack to show, and where. */
export interface PageOptions {
  /** Name of the stack, for commands that help. */
  readonly stack: string;
  /** Address to listen on: one that only this machine reaches. */
  readonly host: string;
  readonly port: number;
  /** Whether nothing can be changed in the page. */
  readonly readOnly: boolean;
  /** Folder of the files that a browser gets. */
  readonly webDirectory: string;
  /** File that exists once the page is served. */
  readonly readyFile?: string;
  readonly sourceTopic: string;
  /** How readings are written, if not like the tutorial's. */
  readonly sourceFormat?: ReadingForm;
  readonly thresholdTable: string;
  readonly silenceTable: string;
  /** The settings alerts.raiseAfter and alerts.clearAfter. */
  readonly raiseAfter: number;
  readonly clearAfter: number;
  /** How long pipelines may use an old threshold after a change, in ms: the setting flink.thresholdCache. */
  readonly thresholdCacheMs: number;
  readonly postgres: PostgresConnection;
  /** Absent if the stack runs none. */
  readonly openSearch?: OpenSearchConnection;
  readonly pipelines: Readonly<Record<string, PipelineOptions>>;
  /** Address of the JobManager's REST API; absent if only the host can ask about jobs. */
  readonly flinkUrl?: string;
  /** Consumer group of the stack's notifier; absent if the stack runs none. */
  readonly notifierGroup?: string;
  /** Whether the stack runs a generator. */
  readonly generator: boolean;
}

/** A pipeline of the stack. */
export interface PipelineOptions {
  /** Its consumer group. */
  readonly group: string;
  /** Its job in Flink. */
  readonly job: string;
  /** The topic that it reads. */
  readonly topic: string;
  /** The pipeline whose results it reads; absent if it reads the readings. */
  readonly reads?: string;
  /** Absent if it writes to the source topic. */
  readonly output?: Output;
}

/** The options as they come from a JSON file. */
export type RawPageOptions = Readonly<Partial<Record<keyof PageOptions, unknown>>>;

/** Lists every invalid option: its name, its value, and what is allowed. */
export class PageOptionsError extends UsageError {
  override readonly name = "PageOptionsError";

  constructor(readonly problems: readonly OptionProblem[]) {
    super(problemsText("page", problems, ["postgres", "openSearch"]));
  }
}

const text = (what: string) => allowed(what, v.pipe(v.string(), v.nonEmpty()));

const OUTPUT = v.union([
  v.object({ topic }),
  v.object({ table: text("a table") }),
  v.object({ index: text("an index") }),
]);

const PIPELINE = v.object({
  group: text("a consumer group"),
  job: text("a job's name"),
  topic,
  reads: v.exactOptional(text("a pipeline")),
  output: v.exactOptional(OUTPUT),
});

const keysOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];

const FORM = v.object({
  "source.hostname": text("a path"),
  "source.cpu": text("a path"),
  "source.usage": text("a path"),
  "source.time": text("a path"),
  "source.usageForm": v.picklist(keysOf(USAGE_RANGES)),
  "source.timeUnit": v.picklist(keysOf(TIME_UNITS)),
});

const ENTRIES = {
  stack: text("a stack's name"),
  host: v.optional(
    allowed("127.0.0.1, or 0.0.0.0 in a container", v.picklist(["127.0.0.1", "0.0.0.0"])),
    "127.0.0.1",
  ),
  port: allowed("a port from 1 to 65535", v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
  readOnly: v.optional(allowed("true or false", v.boolean()), false),
  webDirectory: file,
  readyFile: v.exactOptional(file),
  sourceTopic: topic,
  sourceFormat: v.exactOptional(FORM),
  thresholdTable: text("a table of PostgreSQL"),
  silenceTable: text("a table of PostgreSQL"),
  raiseAfter: count,
  clearAfter: count,
  thresholdCacheMs: count,
  postgres: allowed(
    "how to reach PostgreSQL",
    v.looseObject({
      host: v.string(),
      port: v.number(),
      database: v.string(),
      user: v.string(),
      password: v.string(),
    }),
  ),
  openSearch: v.exactOptional(
    allowed(
      "how to reach OpenSearch",
      v.looseObject({
        url: v.string(),
        username: v.exactOptional(v.string()),
        password: v.exactOptional(v.string()),
        ca: v.exactOptional(v.string()),
      }),
    ),
  ),
  pipelines: allowed("pipelines by name", v.record(v.string(), PIPELINE)),
  flinkUrl: v.exactOptional(text("an address")),
  notifierGroup: v.exactOptional(text("a consumer group")),
  generator: v.optional(v.boolean(), false),
};

/**
 * Validates raw options and fills in the defaults. Null and undefined mean that an option is not given.
 *
 * @throws PageOptionsError naming all bad values at once
 */
export function parsePageOptions(raw: RawPageOptions): PageOptions {
  const result = readOptions(ENTRIES, raw, () => []);
  if ("problems" in result) throw new PageOptionsError(result.problems);
  const { postgres, ...options } = result.options;
  return { ...options, postgres: postgres as PostgresConnection };
}
