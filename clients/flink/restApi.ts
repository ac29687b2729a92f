import { callHttp, excerpt, type HttpAnswer, type HttpRequest, NoAnswer } from "../../lib/http.ts";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";

/** One of Flink's two REST APIs. */
export interface RestApi {
  /** Who it is, such as "the JobManager". */
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly timeoutMs: number;
}

/** What Flink answered: what was asked for, or why not. */
export type Answer<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly status: number; readonly errors: readonly string[] };

/** Nobody answers at the address. */
export class FlinkUnreachable extends ServiceUnreachable {}

/** Whoever answers at the address is not Flink. */
export class NotFlink extends UserError {}

/**
 * Asks one of Flink's REST APIs. Whatever answers in its place (an ingress, a login page, another server) is an error
 * that says so, never an empty answer.
 *
 * @param fields what Flink's answer has at least
 * @throws FlinkUnreachable when nobody answers, or the answer breaks off
 * @throws NotFlink when the answer is not one of Flink's
 */
export async function ask<T extends object>(
  api: RestApi,
  method: NonNullable<HttpRequest["method"]>,
  path: string,
  fields: readonly (keyof T & string)[],
  body?: object,
): Promise<Answer<T>> {
  const answer = await send(api, method, path, body);
  const { isOk: ok, status } = answer;
  const json = typeof answer.json === "object" && answer.json !== null ? answer.json : undefined;
  if (ok && json !== undefined && fields.every((field) => field in json)) {
    return { ok, body: json as T };
  }
  const errors = json && "errors" in json ? json.errors : undefined;
  if (!ok && Array.isArray(errors)) return { ok, status, errors: errors.map(String) };
  throw new NotFlink(notFlinksWords(api, answer));
}

async function send(
  { name, url, timeoutMs }: RestApi,
  method: NonNullable<HttpRequest["method"]>,
  path: string,
  body: object | undefined,
): Promise<HttpAnswer> {
  try {
    return await callHttp(`${url}${path}`, { method, body, deadline: timeoutMs });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new FlinkUnreachable(`${name} at ${url} does not answer: ${error.reason}`, { cause: error });
  }
}

function notFlinksWords({ name, url }: RestApi, { status, text }: HttpAnswer): string {
  const said = excerpt(text);
  const isGateway = status === 502 || status === 503 || status === 504;
  const remedy = isGateway
    ? "what stands in front of it does not reach it: see that Flink runs, and try again"
    : "see that the address is that of Flink's REST API, and that no proxy or login stands in front of it";
  const words = said === "" ? "nothing" : `"${said}"`;
  return `${name} at ${url} does not answer as Flink does: HTTP status ${status} and ${words}; ${remedy}`;
}
