import { pipelineOf } from "../pipelines.ts";
import { aivenProblems } from "./aivenRules.ts";
import type { Settings } from "./definitions.ts";
import { dockerProblems } from "./dockerRules.ts";
import { flinkProblems } from "./flinkRules.ts";

/** What is wrong with settings that are each fine by themselves, a sentence a problem. */
export function clashes(settings: Settings): string[] {
  return [
    ...portClashes(settings),
    ...missingPipelines(settings),
    ...missingOpenSearch(settings),
    ...flinkProblems(settings),
    ...dockerProblems(settings),
    ...aivenProblems(settings),
  ];
}

/** Ports that two settings both claim. */
function portClashes(settings: Settings): string[] {
  const ports = Object.entries(settings).filter(([key]) => /port$/i.test(key));
  return ports.flatMap(([key, value], index) => {
    const twin = ports.slice(0, index).find(([, other]) => other === value && value !== undefined);
    return twin === undefined
      ? []
      : [`${key} is ${value}, which ${twin[0]} is too; each needs a port of its own`];
  });
}

/** Pipelines that read what a pipeline which is switched off would write. */
function missingPipelines({ pipelines }: Settings): string[] {
  return pipelines.flatMap((pipeline) => {
    const { reads } = pipelineOf(pipeline);
    if (reads === undefined || pipelines.some((name) => name === reads)) return [];
    return [
      `pipelines has ${pipeline}, which reads what ${reads} writes: add ${reads}, or leave ${pipeline} out`,
    ];
  });
}

function missingOpenSearch({ pipelines, "openSearch.enabled": enabled }: Settings): string[] {
  const writers = pipelines.filter((pipeline) => "index" in (pipelineOf(pipeline).output ?? {}));
  if (enabled !== false || writers.length === 0) return [];
  return [
    `openSearch.enabled is false, but ${writers.join(", ")} in pipelines writes to OpenSearch: set it to true, or leave ${writers.join(", ")} out of pipelines`,
  ];
}
