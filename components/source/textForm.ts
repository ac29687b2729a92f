import { EARLIEST, ISO_TIME, TIME_UNITS, USAGE_RANGES } from "../../lib/reading/forms.ts";
import { literal } from "../ddl.ts";
import type { SourceFormat } from "./sourceFormat.ts";

/** What the tables without the format `reading` leave to code, by placeholder. */
export interface TextForm {
  /** Text within SQL literals. */
  readonly texts: Readonly<Record<string, string>>;
  /** SQL expressions on the column `message`. */
  readonly expressions: Readonly<Record<string, string>>;
}

/** What sql/flink/tables/cpu_in_text.sql and cpu_in_other_text.sql need to read messages of a form. */
export function textForm(format: SourceFormat): TextForm {
  const fields = ["hostname", "cpu", "usage", "time"] as const;
  const paths = fields.flatMap((field) => {
    const path = format[`source.${field}`];
    return [
      [`source.${field}`, path],
      [`source.${field}.json`, jsonPath(path)],
    ];
  });
  const { type, form, digits } = TIME_UNITS[format["source.timeUnit"]];
  const usage = `TRY_CAST(JSON_VALUE(message, ${literal(`$${jsonPath(format["source.usage"])}`)}) AS DOUBLE)`;
  return {
    texts: {
      ...Object.fromEntries(paths),
      "source.ordinary": String.raw`^\{${ORDINARY}\}\z`,
      "source.usage.range": USAGE_RANGES[format["source.usageForm"]],
      "source.time.type": type,
      "source.time.form": form,
      "source.time.written": WRITTEN[type],
      "source.time.inUnit": type === "a whole number" ? String.raw`^\[[0-9]{${digits}}\]$` : WRITTEN[type],
    },
    expressions: {
      "source.percent": { percent: usage, fraction: `${usage} * 100`, idle: `100 - ${usage}` }[
        format["source.usageForm"]
      ],
      "source.milliseconds": milliseconds(format),
    },
  };
}

/** A name as most devices have it: printable ASCII without escapes, and not blank. */
const name = (longest: number) => String.raw`"[!#-\[\]-~][ !#-\[\]-~]{0,${longest - 1}}"`;

const member = (field: string, value: string) => `"${field}": ?${value}`;

/** A valid reading that is written like the generator's. */
const ORDINARY = [
  member("hostname", name(253)),
  member("cpu", name(64)),
  member("usage", String.raw`((0|[1-9][0-9]?)(\.[0-9]{1,17})?|100)`),
  member("occurred_at", "[1-9][0-9]{12}"),
].join(", ?");

/** How JSON_QUERY writes values of a type, within a list. */
const WRITTEN = {
  "a number": String.raw`^\[-?[0-9]`,
  "a whole number": String.raw`^\[-?[0-9]+\]$`,
  "a text": String.raw`^\["`,
} as const;

/** A path such as `tags.host` or `cpus[0].load` as it follows the `$` of a JSON path. */
const jsonPath = (path: string) =>
  `.${path}`.replaceAll(/\.([^.[\]]+)/g, (step, name: string) =>
    /^[a-z_]\w*$/i.test(name) ? step : `['${name}']`,
  );

/** The time of a message in ms since 1970; NULL if it is not in the unit, unless the check of its digits shows that. */
function milliseconds(format: SourceFormat): string {
  const value = `JSON_VALUE(message, ${literal(`$${jsonPath(format["source.time"])}`)})`;
  const seconds = `TRY_CAST(${value} AS DOUBLE)`;
  switch (format["source.timeUnit"]) {
    case "milliseconds":
      return `TRY_CAST(${value} AS BIGINT)`;
    case "microseconds":
    case "nanoseconds":
      return `TRY_CAST(SUBSTRING(${value}, 1, 13) AS BIGINT)`;
    case "seconds":
      return `CASE WHEN ${seconds} >= 1000000000 AND ${seconds} < 10000000000 THEN CAST(FLOOR(${seconds} * 1000 + 0.5) AS BIGINT) END`;
    case "iso_8601":
      return isoMilliseconds(value);
  }
}

/** UNIX_TIMESTAMP understands zones, but requires seconds and rejects a fraction of them. */
function isoMilliseconds(value: string): string {
  const shape = literal(String.raw`^(${ISO_TIME})\z`);
  const whole = `REGEXP_REPLACE(${value}, ${literal(String.raw`\.[0-9]+`)}, '')`;
  const toSeconds = `REGEXP_REPLACE(${whole}, '(?<=^.{16})(?=Z|[+-])', ':00')`;
  const since1970 = `UNIX_TIMESTAMP(${toSeconds}, 'yyyy-MM-dd''T''HH:mm:ssXXX')`;
  const fraction = `COALESCE(REGEXP_EXTRACT(${value}, ${literal(String.raw`\.([0-9]+)`)}, 1), '')`;
  return `CASE WHEN REGEXP(${value}, ${shape}) AND ${since1970} >= ${EARLIEST / 1000} THEN ${since1970} * 1000 + CAST(SUBSTRING(CONCAT(${fraction}, '000'), 1, 3) AS BIGINT) END`;
}
