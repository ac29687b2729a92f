import { pipelineNames, postgresTables } from "../pipelines.ts";
import { names, percentages } from "./structuredTypes.ts";
import { text } from "./types.ts";

/** Means every pipeline of the catalogue, including those that are added later. */
export const ALL = "all";

export const system = {
  directory: text({
    default: ".stacks",
    description:
      "Folder for data and logs of what runs on this machine, relative to the project; each stack has its own below it",
    allowed: "a path without line breaks",
    pattern: /^[^\r\n\0]+$/,
  }),
  backend: text({
    default: "",
    description:
      "Address of the backend that keeps the stack's state, such as s3://bucket; by default .stacks for a stack with the empty passphrase, and PULUMI_BACKEND_URL or else .stacks for any other",
    allowed: "an address as Pulumi takes it, such as s3://bucket or https://api.pulumi.com",
    pattern: /^([a-z][a-z0-9+.-]*:\/\/\S+)?$/,
  }),
  "names.prefix": text({
    default: "",
    description:
      "What the names of topics, consumer groups and the index begin with, such as demo-; by default the stack's name and a dash in a Kafka or OpenSearch that was there before the stack, and nothing in the stack's own. Another prefix makes new topics and a new index, and deletes the former ones",
    allowed: "a letter or digit, then up to 49 letters, digits, dots, dashes and _, all in lower case",
    pattern: /^([a-z0-9][a-z0-9._-]{0,49})?$/,
  }),
  pipelines: names({
    default: [ALL],
    description: "The pipelines to run, by name, or all",
    of: [ALL, ...pipelineNames],
    atLeast: 1,
  }),
  freshStart: names({
    default: [],
    description:
      "Pipelines that may start without their previous state if it does not fit a changed statement, or if they keep failing with it",
    of: pipelineNames,
    atLeast: 0,
  }),
  replaceTables: names({
    default: [],
    description:
      "Tables of PostgreSQL that may be dropped with their rows if a changed definition needs a new table",
    of: postgresTables,
    atLeast: 0,
  }),
  thresholds: percentages({
    default: { doc: 20, grumpy: 30, sleepy: 40, bashful: 60, happy: 70, sneezy: 80, dopey: 90 },
    description: "Alert threshold by host, in percent of CPU",
  }),
} as const;
