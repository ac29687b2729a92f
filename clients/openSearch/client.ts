import { callHttp, excerpt, type HttpAnswer, NoAnswer } from "../../lib/http.ts";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { tlsProblem } from "../tlsProblem.ts";

/** Everything a client needs to reach an OpenSearch cluster. */
export interface OpenSearchConnection {
  /** `http://` or `https://`, host and port. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** The certificate authority (PEM) to verify the server against; the system's authorities if absent. */
  readonly ca?: string;
}

/** OpenSearch does not answer. */
export class OpenSearchUnreachable extends ServiceUnreachable {}

/** The server answers but cannot be trusted; waiting does not help. */
export class OpenSearchUntrusted extends UserError {}

/** OpenSearch refuses a request. */
export class OpenSearchRefusal extends UserError {
  constructor(
    message: string,
    /** HTTP status. */
    readonly status: number,
    /** OpenSearch's own message. */
    readonly reason: string,
  ) {
    super(message);
  }
}

export type Method = "GET" | "PUT" | "POST" | "DELETE";

const TIMEOUT_MS = 30_000;

/**
 * Calls OpenSearch's REST API.
 *
 * @param path with a leading slash, e.g. `/_cluster/health`
 * @param body sent as JSON
 * @param deadlineMs when to give up
 * @returns the answer's JSON
 * @throws OpenSearchUnreachable, OpenSearchUntrusted, or OpenSearchRefusal for a status other than 200 to 299
 */
export async function callOpenSearch<T>(
  connection: OpenSearchConnection,
  method: Method,
  path: string,
  body?: unknown,
  deadlineMs = TIMEOUT_MS,
): Promise<T> {
  const { status, isOk, text, json } = await send(connection, method, path, body, deadlineMs);
  if (isOk && json !== undefined) return json as T;
  const server = `OpenSearch at ${connection.url}`;
  const reason = reasonIn(json) ?? (text.trim().slice(0, 200) || "no reason given");
  if (isOk) {
    const words = `${server} does not answer as OpenSearch does: HTTP status ${status} and "${excerpt(text)}"`;
    throw new OpenSearchRefusal(`${words}: check the address and any proxy in front of it`, status, reason);
  }
  const message =
    status === 401
      ? `${server} does not accept the user name and password (401)`
      : `${server} refuses ${method} ${path} (${status}): ${reason}`;
  throw new OpenSearchRefusal(message, status, reason);
}

/** Counts the searchable documents of an index; new ones appear after its refresh interval. */
export async function countDocuments(connection: OpenSearchConnection, index: string): Promise<number> {
  const { count } = await callOpenSearch<{ count: number }>(connection, "GET", `/${index}/_count`);
  return count;
}

/** The first `count` documents of an index in the order of a field. */
export interface Selection {
  readonly count: number;
  readonly by: string;
  readonly order: "asc" | "desc";
}

/** Documents of an index, e.g. the newest ten: `{ count: 10, by: "occurred_at", order: "desc" }`. */
export async function findDocuments(
  connection: OpenSearchConnection,
  index: string,
  { count, by, order }: Selection,
): Promise<Record<string, unknown>[]> {
  const query = { size: count, sort: [{ [by]: order }] };
  const { hits } = await callOpenSearch<SearchResult>(connection, "POST", `/${index}/_search`, query);
  return hits.hits.map(({ _source }) => _source);
}

interface SearchResult {
  readonly hits: { readonly hits: readonly { readonly _source: Record<string, unknown> }[] };
}

async function send(
  { url, username, password, ca }: OpenSearchConnection,
  method: Method,
  path: string,
  body: unknown,
  deadline: number,
): Promise<HttpAnswer> {
  const login = Buffer.from(`${username}:${password ?? ""}`).toString("base64");
  const headers = username === undefined ? {} : { authorization: `Basic ${login}` };
  const target = url.replace(/\/$/, "") + path;
  const authority = ca === undefined ? {} : { ca };
  try {
    return await callHttp(target, { method, headers, body, deadline, ...authority });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const server = `OpenSearch at ${url}`;
    const problem = tlsProblem(server, error);
    if (problem !== undefined) throw new OpenSearchUntrusted(problem, { cause: error });
    throw new OpenSearchUnreachable(`${server} does not answer: ${error.reason}`, { cause: error });
  }
}

interface Failure {
  readonly reason?: string;
  readonly caused_by?: Failure;
}

/** OpenSearch's own reasons, down to the root cause; undefined if the answer is not OpenSearch's. */
function reasonIn(json: unknown): string | undefined {
  const { error } = Object(json) as { readonly error?: string | Failure };
  const failure = typeof error === "string" ? { reason: error } : error;
  return failure?.reason === undefined ? undefined : reasons(failure).join(": ");
}

const reasons = ({ reason, caused_by: cause }: Failure): string[] => [
  ...(reason === undefined ? [] : [reason]),
  ...(cause === undefined ? [] : reasons(cause)),
];
