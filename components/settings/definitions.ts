import type { PipelineName } from "../pipelines.ts";
import { aiven } from "./aiven.ts";
import { apps } from "./apps.ts";
import { docker } from "./docker.ts";
import { flink } from "./flink.ts";
import { kafka } from "./kafka.ts";
import { openSearch } from "./openSearch.ts";
import { postgres } from "./postgres.ts";
import { system } from "./system.ts";
import type { Definition } from "./types.ts";

/** Every setting of a stack. Pulumi.yaml holds the same list for the engine; a test compares the two. */
export const definitions = {
  ...system,
  ...aiven,
  ...docker,
  ...kafka,
  ...postgres,
  ...openSearch,
  ...flink,
  ...apps,
} as const;

/**
 * The one setting that is a secret, encrypted in Pulumi.<stack>.yaml. It is not among the definitions: Pulumi
 * demands a value for every secret that Pulumi.yaml declares.
 */
export const SLACK_TOKEN = "slack.token";

/** The settings of a stack, by the names they have in Pulumi.<stack>.yaml. */
export type Settings = Omit<Values, "pipelines"> & { readonly pipelines: readonly PipelineName[] };

/** The settings by their definitions, one by one. */
export type Values = {
  readonly [K in keyof typeof definitions]: (typeof definitions)[K] extends Definition<infer T> ? T : never;
};
