import { rootCause } from "./javaCause.ts";

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

const SHOWN_CHARACTERS = 120;

/**
 * Asks one of Flink's REST APIs. Whatever answers in its place (an ingress, a login page, another server) is an error
 * that says so, never an empty answer.
 *
 * @param fields what Flink's answer has at least
 * @throws Unreachable when nobody answers, or the answer breaks off
 * @throws NotFlink when the answer is not one of Flink's
 */
export async function ask<T extends object>(
  api: RestApi,
  method: string,
  path: string,
  fields: readonly (keyof T & string)[],
  body?: object,
): Promise<Answer<T>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${api.url}${path}`, {
      method,
      signal: AbortSignal.timeout(api.timeoutMs),
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    text = await response.text();
  } catch (error) {
    throw new Unreachable(`${api.name} at ${api.url} does not answer: ${rootCause(error)}`);
  }
  const answer = jsonObject(text);
  const { ok, status } = response;
  if (ok && answer !== undefined && fields.every((field) => field in answer)) {
    return { ok, body: answer as T };
  }
  const errors = answer && "errors" in answer ? answer.errors : undefined;
  if (!ok && Array.isArray(errors)) return { ok, status, errors: errors.map(String) };
  throw new NotFlink(notFlinksWords(api, status, text));
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function notFlinksWords({ name, url }: RestApi, status: number, text: string): string {
  const said = plainText(text);
  const isGateway = status === 502 || status === 503 || status === 504;
  const remedy = isGateway
    ? "what stands in front of it does not reach it: see that Flink runs, and try again"
    : "see that the address is that of Flink's REST API, and that no proxy or login stands in front of it";
  const words = said === "" ? "nothing" : `"${said}"`;
  return `${name} at ${url} does not answer as Flink does: HTTP status ${status} and ${words}; ${remedy}`;
}

/** The beginning of an answer as a reader of the page would see it, on one line. */
function plainText(text: string): string {
  const plain = text
    .replaceAll(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, " ")
    .replaceAll(/<[^>]*(>|$)/g, " ")
    .replaceAll(/&nbsp;/g, " ")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return plain.length <= SHOWN_CHARACTERS ? plain : `${plain.slice(0, SHOWN_CHARACTERS).trimEnd()} …`;
}

/** Nobody answers at the address. */
export class Unreachable extends Error {}

/** Whoever answers at the address is not Flink. */
export class NotFlink extends Error {}
