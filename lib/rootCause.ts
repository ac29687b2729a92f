/** The error under an error that wraps it, however deep; the first one if it wraps several. */
export function innermost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [first] = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  const inner: unknown = first ?? error.cause;
  return inner instanceof Error ? innermost(inner) : error;
}

/** What really went wrong, in a word or a sentence: the code of the innermost error, such as ECONNREFUSED, or its message. */
export function rootCause(error: unknown): string {
  const root = innermost(error);
  return root instanceof Error ? (codeOf(root) ?? root.message) : String(root);
}

/** Node's or a service's code of an error, such as ECONNREFUSED. */
export function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === "string" && code !== "" ? code : undefined;
}
