import type { SharedSettings } from "../settings/shared.ts";
import { type SourceFormat, unlikeTutorial } from "./sourceFormat.ts";

const FIELDS = ["source.hostname", "source.cpu", "source.usage", "source.time"] as const;

/** What is wrong with the settings of the source, one sentence per problem. */
export function sourceProblems(settings: SharedSettings): string[] {
  return [...overlappingPaths(settings), ...foreignGenerator(settings)];
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

function foreignGenerator(settings: SharedSettings): string[] {
  const [first] = unlikeTutorial(settings);
  if (first === undefined || settings["generator.enabled"] !== true) return [];
  return [
    `generator.enabled is true, but ${first} is ${settings[first]}, and the generator writes the tutorial's messages: set generator.enabled to false`,
  ];
}
