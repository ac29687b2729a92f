import { type Dispatcher, request as undiciRequest } from "undici";
import { agentFor } from "./httpAgents.ts";
import { codeOf, innermost } from "./rootCause.ts";
import { unlessAborted } from "./timing.ts";

/** A request: a GET without a body unless given otherwise. */
export interface HttpRequest {
  readonly method?: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Of several that differ only in the case of their names, the last one is sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** How long the whole answer may take, in ms. */
  readonly deadline: number;
  /** The certificate authority (PEM) to verify the server against; the system's authorities unless given. */
  readonly ca?: string;
  /** Whether to use the proxy that the environment sets for the address. */
  readonly byProxy?: boolean;
  /** Whether redirects are followed, to another host without authorization and cookies; true unless given. */
  readonly followsRedirects?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly isOk: boolean;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed text; undefined if it is not JSON, for example a proxy's error page. */
  readonly json: unknown;
}

/** There was no answer, or only part of it. Message and code are those of the root cause. */
export class NoAnswer extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
    cause: unknown,
  ) {
    super(message, { cause });
  }

  /** The code, such as ECONNREFUSED, or the message if there is no code. */
  get reason(): string {
    return this.code ?? this.message;
  }
}

const MOST_REDIRECTIONS = 10;

/**
 * Sends a request and reads the whole answer, whatever its status.
 *
 * @throws NoAnswer
 */
export async function callHttp(url: string | URL, request: HttpRequest): Promise<HttpAnswer> {
  const { deadline, body, headers = {}, ...options } = request;
  const signal = AbortSignal.timeout(deadline);
  try {
    const {
      status,
      headers: given,
      body: answer,
    } = await openHttp(url, signal, {
      ...options,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status, isOk: isOk(status), headers: given, text, json: jsonIn(text) };
  } catch (error) {
    throw noAnswer(error, signal.aborted ? deadline : undefined);
  }
}

interface OpenOptions
  extends Pick<HttpRequest, "method" | "headers" | "ca" | "byProxy" | "followsRedirects"> {
  readonly body?: string;
}

/**
 * Sends a request and returns as soon as the answer begins; the caller reads the body.
 *
 * @throws what undici throws, or the signal's reason if it is aborted, even while the body is read
 */
export async function openHttp(
  url: string | URL,
  signal: AbortSignal,
  { method = "GET", headers = {}, body, ca, byProxy = false, followsRedirects = true }: OpenOptions = {},
): Promise<{ status: number; headers: HttpAnswer["headers"]; body: Dispatcher.ResponseData["body"] }> {
  const request = undiciRequest(url, {
    method,
    headers,
    signal,
    dispatcher: agentFor(new URL(url), { ca, byProxy }),
    maxRedirections: followsRedirects ? MOST_REDIRECTIONS : 0,
    // Only the signal limits the time.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(body !== undefined && { body }),
  });
  // undici does not notice the signal while it connects to the server or a proxy, but it sends nothing afterwards.
  const response = await unlessAborted(request, signal);
  return { status: response.statusCode, headers: response.headers, body: response.body };
}

export const isOk = (status: number) => status >= 200 && status < 300;

function noAnswer(error: unknown, deadline: number | undefined): NoAnswer {
  if (deadline !== undefined) return new NoAnswer(`no answer within ${deadline / 1000} s`, undefined, error);
  const root = innermost(error);
  const code = codeOf(root);
  const message = root instanceof Error ? root.message : String(root);
  // Node's own code for this, which the other clients report.
  return new NoAnswer(message, code === "UND_ERR_SOCKET" ? "ECONNRESET" : code, error);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const SHOWN_CHARACTERS = 120;

/** The beginning of a page as a reader sees it, on one line. */
export function excerpt(text: string): string {
  const plain = text
    .replaceAll(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, " ")
    .replaceAll(/<[^>]*(>|$)/g, " ")
    .replaceAll(/&nbsp;/g, " ")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return plain.length <= SHOWN_CHARACTERS ? plain : `${plain.slice(0, SHOWN_CHARACTERS).trimEnd()} …`;
}
