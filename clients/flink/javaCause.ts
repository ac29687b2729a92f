const MOST_CHARACTERS = 500;

/** The innermost cause in a Java stack trace, without frames, shortened to a readable length. */
export function javaCause(trace: string): string {
  const lines = trace.replace(/^<Exception on server side:\n/, "").split("\n");
  const last = lines.findLastIndex((line) => line.startsWith("Caused by: "));
  const message: string[] = [];
  for (const line of lines.slice(Math.max(last, 0))) {
    // The parser lists up to 150 lines of alternatives.
    if (/^\s+(at |\.\.\. \d+ more)|^Was expecting/.test(line)) break;
    message.push(line);
  }
  // The class's package is of no use to a user.
  const words = message
    .join("\n")
    .replace(/^Caused by: /, "")
    .replace(/^(?:[a-z_]\w*\.)+(\w+): /, "$1: ")
    .trim();
  return words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS).trimEnd()} …`;
}
