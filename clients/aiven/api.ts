import { callHttp, excerpt, type HttpAnswer, NoAnswer } from "../../lib/http.ts";
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
  const { status, isOk, text, json } = await send(url, call, token);
  if (isOk && json !== undefined) return json as T;
  const reason = reasonIn(json) ?? (text.trim().slice(0, 200) || "no reason given");
  if (!isOk) throw new AivenError(`Aiven refuses GET ${call} (${status}): ${reason}`, status, reason);
  const words = `${url} does not answer as Aiven's API does: HTTP status ${status} and "${excerpt(text)}"`;
  throw new AivenError(`${words}. Check the address and what stands in front of it`, status, reason);
}

async function send(url: string, call: string, token: string): Promise<HttpAnswer> {
  const headers = { authorization: `aivenv1 ${token}` };
  try {
    return await callHttp(url + call, { headers, deadline: TIMEOUT_MS, byProxy: true });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const text = `Aiven's API at ${url} does not answer: ${error.reason}. Does this machine reach it?`;
    throw new AivenError(text, undefined, error.reason);
  }
}

/** Aiven's message, if the answer is Aiven's. */
function reasonIn(json: unknown): string | undefined {
  const { message } = Object(json) as { readonly message?: string };
  return message || undefined;
}
