/** Longer than the server waits for PostgreSQL. */
const DEADLINE_MS = 20_000;

/** Why something was not changed. */
export interface Problem {
  /** A sentence. */
  readonly problem: string;
  /** The value that somebody else has set in the meantime, or null if there is none now. */
  readonly current?: number | null;
}

/** Asks the server to change something, or for something. */
export async function ask<T = object>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: object,
): Promise<Problem | { answer: T }> {
  try {
    const response = await fetch(`./api/${path}`, {
      method,
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    if (response.ok) return { answer: (await response.json()) as T };
    return response.status === 409
      ? ((await response.json()) as Problem)
      : { problem: await response.text() };
  } catch {
    return {
      problem: "The page's server does not answer. Reload the page to see whether anything has changed.",
    };
  }
}
