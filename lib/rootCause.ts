/** The innermost error in a chain of causes; for an error that wraps several, the first. */
export function innermost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [first] = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  const inner: unknown = first ?? error.cause;
  return inner instanceof Error ? innermost(inner) : error;
}

/** What really went wrong: the code of the innermost error, such as ECONNREFUSED, or its message. */
export function rootCause(error: unknown): string {
  const root = innermost(error);
  return root instanceof Error ? (codeOf(root) ?? root.message) : String(root);
}

/** The code of an error, such as ECONNREFUSED, if it has one. */
export function codeOf(error: unknown): string | undefined {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === "string" && code !== "" ? code : undefined;
}
