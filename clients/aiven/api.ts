import { callHttp, excerpt, type HttpAnswer, NoAnswer } from "../../lib/http.ts";
import { UserError } from "../../lib/userError.ts";

/** A call to Aiven's API failed. */
export class AivenError extends UserError {
  override readonly name = "AivenError";

  constructor(
    message: string,
    /** HTTP status; undefined if there was no answer. */
    readonly status: number | undefined,
    /** Aiven's own message. */
    readonly reason: string,
  ) {
    super(message);
  }

  /** Whether the token is wrong, revoked or expired; Aiven uses two statuses for this. */
  get refusesToken(): boolean {
    return this.status === 401 || (this.status === 403 && /token/i.test(this.reason));
  }
}

const TIMEOUT_MS = 10_000;

/** The address of Aiven's API; AIVEN_WEB_URL overrides it, as it does for Aiven's own clients. */
const aivenUrl = () => (process.env.AIVEN_WEB_URL || "https://api.aiven.io").replace(/\/$/, "");

/**
 * Sends a GET to Aiven's REST API.
 *
 * @param path the parts of the path after `/v1`
 * @returns the answer's JSON
 * @throws AivenError if Aiven refuses or does not answer
 */
export async function getFromAiven<T>(token: string, ...path: string[]): Promise<T> {
  return queryAiven(token, path, {});
}

/** The same with parameters after the path. */
export async function queryAiven<T>(
  token: string,
  path: readonly string[],
  parameters: Readonly<Record<string, string>>,
): Promise<T> {
  const url = aivenUrl();
  const query = new URLSearchParams(parameters).toString();
  const call = `/v1/${path.map(encodeURIComponent).join("/")}${query && `?${query}`}`;
  const { status, isOk, text, json } = await send(url, call, token);
  if (isOk && json !== undefined) return json as T;
  const reason = reasonIn(json) ?? (text.trim().slice(0, 200) || "no reason given");
  if (!isOk) throw new AivenError(`Aiven refuses GET ${call} (${status}): ${reason}`, status, reason);
  const words = `${url} does not answer as Aiven's API does: HTTP status ${status} and "${excerpt(text)}"`;
  throw new AivenError(`${words}. Check the address and any proxy in front of it`, status, reason);
}

async function send(url: string, call: string, token: string): Promise<HttpAnswer> {
  const headers = { authorization: `aivenv1 ${token}` };
  try {
    return await callHttp(url + call, { headers, deadline: TIMEOUT_MS, byProxy: true });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const text = `Aiven's API at ${url} does not answer: ${error.reason}. Check that this machine can reach it`;
    throw new AivenError(text, undefined, error.reason);
  }
}

/** Aiven's message, if the answer is Aiven's. */
function reasonIn(json: unknown): string | undefined {
  const { message } = Object(json) as { readonly message?: string };
  return message || undefined;
}
