import type { PipelineName } from "../pipelines.ts";
import { alerts } from "./alerts.ts";
import { apps } from "./apps.ts";
import { flink } from "./flink.ts";
import { kafka } from "./kafka.ts";
import { openSearch } from "./openSearch.ts";
import { page } from "./page.ts";
import { postgres } from "./postgres.ts";
import { source } from "./source.ts";
import { system } from "./system.ts";
import type { Values } from "./types.ts";

/** The settings that do not belong to one host. */
export const sharedDefinitions = {
  ...system,
  ...kafka,
  ...postgres,
  ...openSearch,
  ...flink,
  ...source,
  ...apps,
  ...page,
  ...alerts,
} as const;

/** The services of a stack; a setting `<service>.runsOn` assigns each to a host. */
export const services = ["kafka", "postgres", "openSearch", "flink", "notifier"] as const;

export type Service = (typeof services)[number];

/** Values of the settings that every host knows, by the names they have in Pulumi.<stack>.yaml. */
export type SharedSettings = Omit<Values<typeof sharedDefinitions>, "pipelines"> & {
  readonly pipelines: readonly PipelineName[];
} & RunsOn;

/** Who runs each service. */
export type RunsOn = { readonly [S in Service as `${S}.runsOn`]: string };
