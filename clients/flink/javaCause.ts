const MOST_CHARACTERS = 500;

/**
 * What really went wrong, out of a Java stack trace or a fetch error: the innermost cause, without frames, and no
 * longer than someone reads.
 */
export function rootCause(failure: unknown): string {
  if (failure instanceof Error) {
    const cause = failure.cause as { code?: string; message?: string } | undefined;
    return cause?.code ?? cause?.message ?? failure.message;
  }
  const lines = String(failure).split("\n");
  const last = lines.findLastIndex((line) => line.startsWith("Caused by: "));
  const message: string[] = [];
  for (const line of lines.slice(Math.max(last, 0))) {
    // What the parser would have liked instead are up to 150 lines.
    if (/^\s+(at |\.\.\. \d+ more)|^Was expecting/.test(line)) break;
    message.push(line);
  }
  // A class name tells a user little that the message does not.
  const words = message
    .join("\n")
    .replace(/^Caused by: /, "")
    .replace(/^(?:[a-z_]\w*\.)+(\w+): /, "$1: ")
    .trim();
  return words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS).trimEnd()} …`;
}
