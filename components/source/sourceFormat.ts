import type { TableOptions } from "../ddl.ts";
import { sourceForm } from "../settings/source.ts";
import type { Values } from "../settings/types.ts";

/** Where a message has the fields of a reading, and how it writes them: settings `source.*`. */
export type SourceFormat = Values<typeof sourceForm>;

const keys = Object.keys(sourceForm) as (keyof SourceFormat)[];

/** The tutorial's message: `{"hostname": "doc", "cpu": "cpu1", "usage": 98.3, "occurred_at": 1633956789277}`. */
export const tutorialFormat = Object.fromEntries(
  keys.map((key) => [key, sourceForm[key].default]),
) as unknown as SourceFormat;

/** The settings of a stack that describe how messages are written. */
export const sourceFormatOf = (settings: SourceFormat): SourceFormat =>
  Object.fromEntries(keys.map((key) => [key, settings[key]])) as unknown as SourceFormat;

/** The settings that ask for a different message from the tutorial's. */
export const unlikeTutorial = (format: SourceFormat): (keyof SourceFormat)[] =>
  keys.filter((key) => format[key] !== undefined && format[key] !== tutorialFormat[key]);

/** Options of the Flink format `reading`, by the settings that they follow. */
const OPTIONS: Readonly<Record<keyof SourceFormat, string>> = {
  "source.hostname": "hostname-path",
  "source.cpu": "cpu-path",
  "source.usage": "usage-path",
  "source.time": "time-path",
  "source.usageForm": "usage-form",
  "source.timeUnit": "time-unit",
};

/** The options of a table with the Flink format `reading`; none for the tutorial's message. */
export const readingOptions = (format: SourceFormat): TableOptions =>
  Object.fromEntries(unlikeTutorial(format).map((key) => [`value.reading.${OPTIONS[key]}`, format[key]]));
