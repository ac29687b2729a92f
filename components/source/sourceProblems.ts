import { pipelineNames, pipelineOf } from "../pipelines.ts";
import type { SharedSettings } from "../settings/shared.ts";
import { unlikeTutorial } from "./sourceFormat.ts";

const FIELDS = ["source.hostname", "source.cpu", "source.usage", "source.time"] as const;

/** Problems with the settings of the source, one sentence each. */
export function sourceProblems(settings: SharedSettings): string[] {
  return [...overlappingPaths(settings), ...foreignGenerator(settings), ...topicOfResults(settings)];
}

/** A field within another one, or at the same place. */
function overlappingPaths(settings: SharedSettings): string[] {
  return FIELDS.flatMap((key, index) => {
    const path = settings[key];
    const other = FIELDS.find((twin, position) => {
      const outer = settings[twin];
      const isSame = outer === path && position < index;
      return isSame || (twin !== key && (path?.startsWith(`${outer}.`) || path?.startsWith(`${outer}[`)));
    });
    return other === undefined || path === undefined
      ? []
      : [`${key} is ${path}, which is in ${other} (${settings[other]}): each field needs a place of its own`];
  });
}

/** A topic that the pipelines write. */
function topicOfResults(settings: SharedSettings): string[] {
  const topic = settings["source.topic"];
  const own = ownTopics.find((name) => collidable(name) === collidable(topic ?? ""));
  if (settings["source.existing"] || own === undefined) return [];
  if (own === topic)
    return [
      `source.topic is ${topic}, the name of a topic that the stack writes its own results to: set another`,
    ];
  return [
    `source.topic is ${topic}, which Kafka does not accept beside ${own}, a topic that the stack writes its own results to, because they differ only in dots and _: set another`,
  ];
}

/** Kafka creates no topic whose name differs from another's only in dots and _, since its metrics have _ for both. */
const collidable = (topic: string) => topic.replaceAll(".", "_");

const ownTopics: readonly string[] = pipelineNames.flatMap((name) => {
  const { output } = pipelineOf(name);
  return output !== undefined && "topic" in output ? [output.topic] : [];
});

function foreignGenerator(settings: SharedSettings): string[] {
  const [first] = unlikeTutorial(settings);
  if (first === undefined || settings["generator.enabled"] !== true) return [];
  return [
    `generator.enabled is true, but ${first} is ${settings[first]}, and the generator writes the tutorial's messages: set generator.enabled to false`,
  ];
}
