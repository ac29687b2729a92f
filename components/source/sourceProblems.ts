import { notifierState } from "../notifierState.ts";
import { pipelineNames, pipelineOf } from "../pipelines.ts";
import type { SharedSettings } from "../settings/shared.ts";
import { type SourceFormat, unlikeTutorial } from "./sourceFormat.ts";

const FIELDS = ["source.hostname", "source.cpu", "source.usage", "source.time"] as const;

/** What is wrong with the settings of the source, one sentence per problem. */
export function sourceProblems(settings: SharedSettings): string[] {
  return [...overlappingPaths(settings), ...foreignGenerator(settings), ...topicOfResults(settings)];
}

/**
 * What a Flink without the format `reading` cannot read, one sentence per problem.
 *
 * @param because which Flink that is, e.g. `flink.runsOn is managed`
 * @param advice what to do
 */
export function unreadableWithoutFormat(settings: SourceFormat, because: string, advice: string): string[] {
  return unlikeTutorial(settings).map(
    (key) =>
      `${key} is ${settings[key]}, but ${because}, and only a Flink with the format reading can read that: ${advice}`,
  );
}

/** A field within another one, or in its place. */
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

/** A topic that the pipelines or the notifier write. */
function topicOfResults(settings: SharedSettings): string[] {
  const topic = settings["source.topic"];
  if (settings["source.existing"] || !ownTopics.includes(topic)) return [];
  return [
    `source.topic is ${topic}, the name of a topic that the stack writes its own results to: set another`,
  ];
}

const ownTopics: readonly string[] = [
  notifierState.topic,
  ...pipelineNames.flatMap((name) => {
    const { output } = pipelineOf(name);
    return output !== undefined && "topic" in output ? [output.topic] : [];
  }),
];

function foreignGenerator(settings: SharedSettings): string[] {
  const [first] = unlikeTutorial(settings);
  if (first === undefined || settings["generator.enabled"] !== true) return [];
  return [
    `generator.enabled is true, but ${first} is ${settings[first]}, and the generator writes the tutorial's messages: set generator.enabled to false`,
  ];
}
