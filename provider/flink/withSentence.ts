/** The error, with a sentence at the end of its message. */
export function withSentence(error: unknown, sentence: string): unknown {
  if (!(error instanceof Error) || sentence === "") return error;
  const hasEnded = /[.!?…]$/.test(error.message);
  error.message += `${hasEnded ? "" : "."} ${sentence}`;
  return error;
}
