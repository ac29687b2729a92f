import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { TLSSocket } from "node:tls";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { noteExpiry, tlsProblem } from "../tlsProblem.ts";

/** Everything a client needs to reach an OpenSearch cluster. */
export interface OpenSearchConnection {
  /** `http://` or `https://`, host and port. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** The certificate authority (PEM) to verify the server against; the system's authorities when absent. */
  readonly ca?: string;
}

/** Nobody answers at the address. */
export class OpenSearchUnreachable extends ServiceUnreachable {}

/** Somebody answers at the address, but no trusted connection comes about; no waiting mends it. */
export class OpenSearchUntrusted extends UserError {}

/** OpenSearch answers, but refuses. */
export class OpenSearchRefusal extends UserError {
  constructor(
    message: string,
    /** HTTP status. */
    readonly status: number,
    /** OpenSearch's own words. */
    readonly reason: string,
  ) {
    super(message);
  }
}

export type Method = "GET" | "PUT" | "POST" | "DELETE";

const TIMEOUT_MS = 30_000;

/**
 * One call of OpenSearch's REST API.
 *
 * @param path with a leading slash, e.g. `/_cluster/health`
 * @param body sent as JSON
 * @returns the answer's JSON
 * @throws OpenSearchUnreachable, OpenSearchUntrusted, or OpenSearchRefusal for a status other than 200 to 299
 */
export async function callOpenSearch<T>(
  connection: OpenSearchConnection,
  method: Method,
  path: string,
  body?: unknown,
): Promise<T> {
  const { status, text } = await send(connection, method, path, body);
  if (status >= 200 && status < 300) return JSON.parse(text) as T;
  const reason = reasonIn(text);
  const server = `OpenSearch at ${connection.url}`;
  const message =
    status === 401
      ? `${server} does not accept the user name and password (401)`
      : `${server} refuses ${method} ${path} (${status}): ${reason}`;
  throw new OpenSearchRefusal(message, status, reason);
}

/** How many documents of an index can be found; what is written shows after its refresh interval. */
export async function countDocuments(connection: OpenSearchConnection, index: string): Promise<number> {
  const { count } = await callOpenSearch<{ count: number }>(connection, "GET", `/${index}/_count`);
  return count;
}

/** Which documents of an index: the first `count` in the order of a field, which `desc` turns round. */
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

/** By node:http and not by fetch, which cannot be given a certificate authority. */
function send(
  { url, username, password, ca }: OpenSearchConnection,
  method: Method,
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  const target = new URL(url.replace(/\/$/, "") + path);
  const options = {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    timeout: TIMEOUT_MS,
    ...(username !== undefined && { auth: `${username}:${password ?? ""}` }),
    ...(ca !== undefined && { ca }),
  };
  return new Promise((resolve, reject) => {
    const unreachable = (error: NodeJS.ErrnoException) => {
      const server = `OpenSearch at ${url}`;
      const problem = tlsProblem(server, error);
      if (problem !== undefined) reject(new OpenSearchUntrusted(problem));
      else reject(new OpenSearchUnreachable(`${server} does not answer: ${error.code ?? error.message}`));
    };
    const receive = (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("error", unreachable);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    };
    const call = (target.protocol === "https:" ? httpsRequest : httpRequest)(target, options, receive);
    call.on("socket", (socket) => {
      // A connection that is used again has shown its certificate before.
      if (socket instanceof TLSSocket && socket.connecting) noteExpiry(socket);
    });
    call.on("error", unreachable);
    call.on("timeout", () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Failure {
  readonly reason?: string;
  readonly caused_by?: Failure;
}

/** What OpenSearch says is wrong, down to the first cause; or whatever else a proxy before it says. */
function reasonIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: string | Failure };
    const failure = typeof error === "string" ? { reason: error } : error;
    if (failure?.reason !== undefined) return reasons(failure).join(": ");
  } catch {
    // Not JSON.
  }
  return text.trim().slice(0, 200) || "no reason given";
}

const reasons = ({ reason, caused_by: cause }: Failure): string[] => [
  ...(reason === undefined ? [] : [reason]),
  ...(cause === undefined ? [] : reasons(cause)),
];
