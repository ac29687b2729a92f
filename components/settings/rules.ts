import { pipelineOf, raiseAlerts } from "../pipelines.ts";
import { sourceProblems } from "../source/sourceProblems.ts";
import type { SharedSettings } from "./shared.ts";

/** Problems with combinations of settings that are each valid, one sentence per problem. */
export function sharedProblems(settings: SharedSettings): string[] {
  return [
    ...missingPipelines(settings),
    ...sourceProblems(settings),
    ...missingOpenSearch(settings),
    ...fewWritableCopies(settings),
    ...nothingToPost(settings),
  ];
}

/**
 * Ports that two settings both claim.
 *
 * @param names of the settings of the ports that the stack takes
 */
export function portClashes(settings: SharedSettings, names: readonly string[]): string[] {
  const ports = Object.entries(settings).filter(([key]) => names.includes(key));
  return ports.flatMap(([key, value], index) => {
    const twin = ports.slice(0, index).find(([, other]) => other === value && value !== undefined);
    return twin === undefined
      ? []
      : [`${key} and ${twin[0]} are both ${value}; each needs a port of its own`];
  });
}

/** Pipelines that read what a disabled pipeline would write. */
function missingPipelines({ pipelines }: SharedSettings): string[] {
  return pipelines.flatMap((pipeline) => {
    const { reads } = pipelineOf(pipeline);
    if (reads === undefined || pipelines.some((name) => name === reads)) return [];
    return [
      `pipelines has ${pipeline}, which reads what ${reads} writes: add ${reads}, or leave ${pipeline} out`,
    ];
  });
}

function missingOpenSearch({ pipelines, "openSearch.enabled": enabled }: SharedSettings): string[] {
  const writers = pipelines.filter((pipeline) => "index" in (pipelineOf(pipeline).output ?? {}));
  if (enabled !== false || writers.length === 0) return [];
  return [
    `openSearch.enabled is false, but ${writers.join(", ")} in pipelines writes to OpenSearch: set it to true, or leave ${writers.join(", ")} out of pipelines`,
  ];
}

function nothingToPost(settings: SharedSettings): string[] {
  if (settings["slack.via"] !== "connector" || raiseAlerts(settings.pipelines)) return [];
  return [
    "slack.via is connector, but no pipeline raises alerts for it to post: add alerts and aggregate to pipelines, and threshold to alerts.rules, or leave slack.via out",
  ];
}

function fewWritableCopies(settings: SharedSettings): string[] {
  const factor = settings["kafka.replicationFactor"];
  const inSync = settings["kafka.minInsyncReplicas"];
  if (!(inSync > 1 && inSync >= factor)) return [];
  return [
    `kafka.minInsyncReplicas is ${inSync} of ${factor} copies (kafka.replicationFactor), so that nothing could be written while one broker is away: set it to ${Math.max(factor - 1, 1)} or less`,
  ];
}
