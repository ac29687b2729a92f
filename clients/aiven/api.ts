import { fetchByProxy } from "../../lib/proxies.ts";
import { UserError } from "../../lib/userError.ts";

/** What went wrong between Aiven and us. */
export class AivenError extends UserError {
  override readonly name = "AivenError";

  constructor(
    message: string,
    /** HTTP status; undefined where there was no answer. */
    readonly status: number | undefined,
    /** Aiven's own words. */
    readonly reason: string,
  ) {
    super(message);
  }

  /** Whether the token is the trouble: wrong, revoked or expired, for which Aiven has two statuses. */
  get refusesToken(): boolean {
    return this.status === 401 || (this.status === 403 && /token/i.test(this.reason));
  }
}

const TIMEOUT_MS = 10_000;

/** Aiven's API, or what AIVEN_WEB_URL names in its place, as Aiven's own clients have it. */
export const aivenUrl = () => (process.env.AIVEN_WEB_URL || "https://api.aiven.io").replace(/\/$/, "");

/**
 * One GET of Aiven's REST API.
 *
 * @param path its parts after `/v1`
 * @returns the answer's JSON
 * @throws AivenError where Aiven refuses, or nobody answers
 */
export async function getFromAiven<T>(token: string, ...path: string[]): Promise<T> {
  const url = aivenUrl();
  const call = `/v1/${path.map(encodeURIComponent).join("/")}`;
  const { status, text } = await send(url + call, token).catch((error) => unreachable(url, error));
  if (status >= 200 && status < 300) return JSON.parse(text) as T;
  const reason = reasonIn(text);
  throw new AivenError(`Aiven refuses GET ${call} (${status}): ${reason}`, status, reason);
}

async function send(address: string, token: string): Promise<{ status: number; text: string }> {
  const headers = { authorization: `aivenv1 ${token}` };
  const response = await fetchByProxy(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, text: await response.text() };
}

/** fetch says only "fetch failed"; the cause says why. */
function unreachable(url: string, error: Error): never {
  const { code, message } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const late = error.name === "TimeoutError" ? `no answer within ${TIMEOUT_MS / 1000} s` : undefined;
  const reason = late ?? code ?? message ?? error.message;
  const text = `Aiven's API at ${url} does not answer: ${reason}. Does this machine reach it?`;
  throw new AivenError(text, undefined, reason);
}

/** Aiven's message, or whatever else a proxy before it says. */
function reasonIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: string };
    if (message) return message;
  } catch {
    // Not JSON.
  }
  return text.trim().slice(0, 200) || "no reason given";
}
