import { CommandError } from "@pulumi/pulumi/automation/index.js";

/** What went wrong, in words for the user. */
export function wordsOf(error: unknown): readonly string[] {
  if (!(error instanceof CommandError)) return [error instanceof Error ? error.message : String(error)];
  // The CLI failed before the engine ran; its own words are on lines that begin with "error:".
  const lines = error.message.split("\n").filter((line) => line.startsWith("error:"));
  return lines.length > 0 ? [...new Set(lines)] : [error.message];
}
