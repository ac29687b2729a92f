import { boolean, duration, oneOf, text } from "./types.ts";

const NAME = String.raw`[\w@:/-]+`;
// No leading zeros: what reads messages here compares paths as texts, and Flink reads [00] as [0].
const INDEX = String.raw`\[(0|[1-9]\d{0,3})\]`;
const PATH = new RegExp(String.raw`^${NAME}(\.${NAME}|${INDEX})*$`);

const path = (field: string, what: string) =>
  text({
    default: field,
    description: `Path of ${what} in a message, such as ${field}, tags.${field} or cpus[0].${field}`,
    allowed:
      "names of letters, digits, _, -, @, : and /, with dots between them, or with [0] for an element of a list",
    pattern: PATH,
  });

/** How devices write their readings; the default is the tutorial's message. */
export const sourceForm = {
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

/** Where the readings come from, and how they are written. */
export const source = {
  "source.topic": text({
    default: "cpu_load_stats_real",
    description:
      "Topic of the readings. The stack creates it, with names.prefix before its name, unless source.existing is true. A new name creates a new topic and deletes the old one",
    allowed: 'the name of a topic: 1 to 199 letters, digits, ".", "_" and "-"',
    pattern: /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,199}$/,
  }),
  "source.existing": boolean({
    default: false,
    description:
      "Whether that topic exists already, in a Kafka that was there before the stack. The stack then reads it as it is and never changes or deletes it; neither the generator nor, with pipelines all, the heartbeat writes to it",
  }),
  "source.maxDelay": duration({
    default: "",
    description:
      "How late a reading may arrive and still hold back the windows of other CPUs: a device whose clock is wrong then delays others by this at most. Empty: without limit, so that readings of the past can be replayed",
    atLeast: "30s",
    atMost: "10d",
    isOptional: true,
  }),
  ...sourceForm,
} as const;
