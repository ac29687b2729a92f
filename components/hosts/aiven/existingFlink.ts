import type { AivenService } from "../../../clients/aiven/model.ts";
import { FLINK_VERSION } from "../../flinkVersion.ts";
import { jobsOf } from "./flinkRules.ts";
import type { AivenSettings } from "./rules.ts";
import { works } from "./working.ts";

/** Why an existing Flink service cannot take the stack's jobs, one sentence per problem. */
export function existingFlinkProblems(settings: AivenSettings, services: readonly AivenService[]): string[] {
  if (settings["flink.runsOn"] !== "existing") return [];
  const name = settings["flink.service"];
  const found = services.find((service) => service.name === name);
  if (found?.type !== "flink") {
    const what = found === undefined ? "which does not exist" : `which is a service of type ${found.type}`;
    const flinks = services.filter(({ type }) => type === "flink").map((service) => service.name);
    const choice = flinks.length === 0 ? "no Flink service" : `the Flink services ${flinks.join(", ")}`;
    return [`flink.service is ${name}, ${what}; the project ${settings["aiven.project"]} has ${choice}`];
  }
  if (!works(found)) {
    const advice = found.state === "POWEROFF" ? "power it on in Aiven's console" : "wait until it is RUNNING";
    return [`flink.service is ${name}, which does not run (it is ${found.state}): ${advice}`];
  }
  return [...otherVersion(found), ...tooFewSlots(settings, found)];
}

/** Aiven names the version of a service that has been given one. */
function otherVersion({ name, userConfig }: AivenService): string[] {
  const { flink_version: version } = userConfig;
  if (version === undefined || version === FLINK_VERSION) return [];
  return [
    `flink.service is ${name}, whose Flink is version ${version}, but the pipelines need ${FLINK_VERSION}: use a service with Flink ${FLINK_VERSION}`,
  ];
}

function tooFewSlots(settings: AivenSettings, { name, nodes, userConfig }: AivenService): string[] {
  const parallelism = settings["flink.parallelism"];
  const count = jobsOf(settings).length;
  // Flink's own default is one.
  const slots = Number(userConfig.number_of_task_slots ?? 1);
  const needed = count * parallelism;
  if (needed <= nodes * slots) return [];
  const enough = Math.ceil(needed / nodes);
  return [
    `flink.service is ${name}, which has ${nodes * slots} task slots (${nodes} nodes, number_of_task_slots ${slots}), but ${count} pipelines of flink.parallelism ${parallelism} need ${needed}: set the service's number_of_task_slots to ${enough} or more (Aiven's console → ${name} → Service settings → Advanced configuration), or run fewer pipelines`,
  ];
}
