/** Longer than the server waits for PostgreSQL. */
const DEADLINE_MS = 20_000;

/** Asks the server to change something. @returns the problem as a sentence, or the answer */
export async function ask<T = object>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<{ problem: string } | { answer: T }> {
  try {
    const response = await fetch(`./api/${path}`, {
      method,
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    return response.ok ? { answer: (await response.json()) as T } : { problem: await response.text() };
  } catch {
    return {
      problem: "The page's server does not answer. Reload the page to see whether anything has changed.",
    };
  }
}
