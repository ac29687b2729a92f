import { isIP } from "node:net";
import * as v from "valibot";
import { type PipelineName, pipelineNames } from "../../pipelines.ts";
import { record } from "../../settings/structuredTypes.ts";
import { type Definition, type Describe, define, text } from "../../settings/types.ts";

/** A plan of an Aiven service; Aiven itself checks whether it exists. */
export function plan(value: string, description: string): Definition<string> {
  return text({
    default: value,
    description,
    allowed: "a plan of Aiven, such as business-4",
    pattern: /^[a-z][a-z0-9-]{0,126}$/,
  });
}

/** A version of an Aiven service; Aiven itself checks whether it is offered. */
export function version(value: string, description: string): Definition<string> {
  return text({
    default: value,
    description,
    allowed: "a version, such as 4.1 or 17",
    pattern: /^\d{1,3}(\.\d{1,3}){0,2}$/,
  });
}

/** Networks in CIDR notation, such as 203.0.113.0/24; IPv4 or IPv6. */
export function networks(args: Describe & { default: readonly string[] }): Definition<readonly string[]> {
  return define<readonly string[]>({
    ...args,
    type: "array",
    allowed: "a list of networks in CIDR notation, such as 203.0.113.0/24 or 203.0.113.7/32",
    schema: v.pipe(v.unknown(), v.array(v.pipe(v.string(), v.check(isNetwork)))),
  });
}

/** Settings of a service under Aiven's names, which Aiven itself checks. */
export function userConfig(title: string): Definition<Readonly<Record<string, unknown>>> {
  return record<unknown>(
    { default: {}, description: `Further settings of ${title} on Aiven, as its documentation names them` },
    { allowed: "an object of settings", key: v.pipe(v.string(), v.regex(/^\w+$/)), entry: v.unknown() },
  );
}

/** What services can send elsewhere. */
export type Observed = "metrics" | "logs";

/** Where services send their metrics and logs: names of services, or ids of endpoints. */
export function integrations(description: string): Definition<Readonly<Partial<Record<Observed, string>>>> {
  return record<string>(
    { default: {}, description },
    {
      allowed: "metrics and logs, each with the name of a service or the id of an endpoint",
      key: v.picklist(["metrics", "logs"]),
      entry: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/)),
    },
  );
}

/** Ids of static IP addresses. */
export function staticIps(title: string): Definition<readonly string[]> {
  return define<readonly string[]>({
    default: [],
    description: `Ids of the static IP addresses of ${title} on Aiven`,
    type: "array",
    allowed: "a list of ids, such as ips35a1b2c3d4e",
    schema: v.pipe(v.unknown(), v.array(v.pipe(v.string(), v.regex(/^[\w-]+$/)))),
  });
}

/** When Aiven may maintain services. */
export interface MaintenanceWindow {
  /** A day of the week, in English. */
  readonly day?: string;
  /** UTC, such as 03:00:00. */
  readonly time?: string;
}

export function maintenanceWindow(description: string): Definition<MaintenanceWindow> {
  const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  return define<MaintenanceWindow>({
    default: {},
    description,
    type: "object",
    allowed: "{ day: <a day of the week>, time: <hh:mm:ss> }, such as { day: sunday, time: 03:00:00 }",
    schema: v.pipe(
      v.unknown(),
      v.union([
        v.strictObject({}),
        v.strictObject({
          day: v.picklist(days),
          time: v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)),
        }),
      ]),
    ),
  });
}

/** How many leading bits of a network's addresses are fixed. */
export const prefixLength = (network: string) => Number(network.split("/")[1]);

function isNetwork(value: string): boolean {
  const [address = "", length = "", ...rest] = value.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
}

/**
 * Tags of a service.
 * Source: https://aiven.io/docs/platform/howto/tag-resources
 */
export function tags(
  args: Describe & { default: Record<string, string> },
): Definition<Readonly<Record<string, string>>> {
  return record(args, {
    allowed: "names with texts, each of up to 64 letters, digits, _ and -, such as { team: platform }",
    key: v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,63}$/)),
    entry: v.pipe(v.string(), v.regex(/^[\w-]{0,64}$/)),
  });
}

/**
 * Savepoints by pipeline, each a path or an id, as Aiven names it.
 * Source: starting_savepoint, https://api.aiven.io/doc/#tag/Service:_Flink
 */
export function savepoints(
  args: Describe & { default: Partial<Record<PipelineName, string>> },
): Definition<Readonly<Partial<Record<PipelineName, string>>>> {
  return record<string>(args, {
    allowed: `pipelines (${pipelineNames.join(", ")}) with savepoints as up or Aiven names them, such as { trend: s3://savepoints/1a2b/savepoint-3c4d }`,
    key: v.picklist(pipelineNames),
    entry: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,2048}$/)),
  });
}

/** What Aiven accepts as the name of a service. */
export const SERVICE_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const SERVICE_NAME_OR_NONE = new RegExp(`^$|${SERVICE_NAME.source}`);

/** @param service the prefix of its settings' names */
export const existingService = (title: string, service: string) =>
  text({
    default: "",
    description: `Name of the ${title} service in the Aiven project, if ${service}.runsOn is existing. If another is named, what the stack has created in the former one is deleted`,
    allowed: `the name of a service, such as demo-${service.toLowerCase()}`,
    pattern: SERVICE_NAME_OR_NONE,
  });
