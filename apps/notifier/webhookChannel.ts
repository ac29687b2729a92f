import { callHttp, excerpt, NoAnswer } from "../../lib/http.ts";
import type { Channel, Failure, Told } from "./channel.ts";
import type { NotifierOptions } from "./options.ts";
import { webhookMessage } from "./webhookMessage.ts";

const LONGEST_RETRY_AFTER_MS = 600_000;
/** Shorter parts of an address, such as `v1`, are words of many answers. */
const SHORTEST_SECRET = 6;
/** Answers that may be temporary, besides 5xx. */
const PASSING = [408, 425, 429];
/** Answers that may be about a single message. */
const REFUSING_MESSAGE = [400, 413, 422];

/**
 * A webhook that accepts Alertmanager's messages, one per row. A message that may or may not have arrived is sent
 * again.
 */
export class WebhookChannel implements Channel {
  readonly name = "the webhook";
  readonly interval = 0;
  readonly mostRows = 1;

  constructor(
    private readonly url: string,
    private readonly options: NotifierOptions,
  ) {}

  async post(rows: readonly Told[]): Promise<string> {
    for (const { row } of rows) await this.#post(webhookMessage(row, this.options.stack));
    return "";
  }

  async #post(body: unknown): Promise<void> {
    const { webhookToken, webhookHeaders, webhookTimeout } = this.options;
    const { isOk, status, text, headers } = await callHttp(this.url, {
      method: "POST",
      headers: {
        ...webhookHeaders,
        ...(webhookToken !== undefined && { authorization: `Bearer ${webhookToken}` }),
      },
      body,
      deadline: webhookTimeout,
      byProxy: true,
      // The token is only for this address.
      followsRedirects: false,
    });
    if (isOk) return;
    const isPassing = status >= 500 || PASSING.includes(status);
    throw isPassing
      ? new NotTaken(`the webhook: HTTP status ${status}`, retryAfterOf(headers["retry-after"], Date.now()))
      : new NotTaken(
          refusal(status, this.#withoutSecrets(text)),
          undefined,
          REFUSING_MESSAGE.includes(status),
        );
  }

  /** A failure may name the address, which is a secret, or what was sent: Express answers 404 with the path. */
  #withoutSecrets(text: string): string {
    const { webhookToken = "", webhookHeaders } = this.options;
    const { hostname, pathname, search, searchParams } = new URL(this.url);
    const headers = Object.values(webhookHeaders);
    const parts = [
      hostname,
      pathname,
      search,
      webhookToken,
      ...headers,
      // A receiver may repeat only the part that it does not know.
      ...pathname.split("/"),
      ...search.split(/[?&=]/),
      ...searchParams.values(),
      ...headers.flatMap((value) => value.split(/[\s,;:="]+/)),
    ];
    const secrets = parts.filter((part) => part.length >= SHORTEST_SECRET);
    return secrets.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
  }

  failureOf(error: unknown): Failure {
    if (error instanceof NotTaken) {
      const { message: reason, retryAfter, refusesMessage } = error;
      return { reason, retryAfter, refusesMessage };
    }
    if (error instanceof NoAnswer) return { reason: `the webhook: ${this.#withoutSecrets(error.message)}` };
    throw error;
  }
}

/** The receiver answered that it did not accept a message. */
class NotTaken extends Error {
  constructor(
    message: string,
    readonly retryAfter?: number,
    readonly refusesMessage = false,
  ) {
    super(message);
  }
}

/**
 * Reads the header Retry-After: seconds, or a date.
 *
 * @returns ms, at most ten minutes; undefined if there is none
 */
export function retryAfterOf(header: string | string[] | undefined, now: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

function refusal(status: number, text: string): string {
  const said = excerpt(text);
  const answer = said === "" ? `HTTP status ${status}` : `HTTP status ${status}: ${said}`;
  return `The webhook refuses alerts (${answer}): ${adviceOn(status)}`;
}

function adviceOn(status: number): string {
  if (status < 400)
    return "it redirects to another address, and redirects are not followed: set webhook.url to that address";
  if (status === 401 || status === 403) return "check webhook.bearerToken and webhook.headers";
  if (status === 404 || status === 405 || status === 410) return "check webhook.url";
  return "check that webhook.url takes the messages of Alertmanager, version 4";
}
