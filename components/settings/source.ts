import { oneOf, text } from "./types.ts";

const NAME = String.raw`[\w@:/-]+`;
const PATH = new RegExp(String.raw`^${NAME}(\.${NAME}|\[\d{1,4}\])*$`);

const path = (field: string, what: string) =>
  text({
    default: field,
    description: `Path of ${what} in a message, such as ${field}, tags.${field} or cpus[0].${field}`,
    allowed:
      "names of letters, digits, _, -, @, : and /, with dots between them, or with [0] for an element of a list",
    pattern: PATH,
  });

/** How devices write their readings; the default is the tutorial's message. */
export const source = {
  "source.hostname": path("hostname", "the host's name"),
  "source.cpu": path("cpu", "the CPU's name"),
  "source.usage": path("usage", "the CPU's load"),
  "source.time": path("occurred_at", "the time"),
  "source.usageForm": oneOf({
    default: "percent",
    description:
      "How messages write the CPU's load: percent, fraction of 1, or idle, which is 100 minus the percentage",
    of: ["percent", "fraction", "idle"],
  }),
  "source.timeUnit": oneOf({
    default: "milliseconds",
    description:
      "How messages write the time: since 1970 in one of the units, or iso_8601, a text with a time zone",
    of: ["seconds", "milliseconds", "microseconds", "nanoseconds", "iso_8601"],
  }),
} as const;
