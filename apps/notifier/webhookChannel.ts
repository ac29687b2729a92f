import { callHttp, excerpt, isOk, NoAnswer } from "../../lib/http.ts";
import { pause } from "../../lib/timing.ts";
import { pauseAfter } from "./backOff.ts";
import type { Channel, Stamp, Turn } from "./channel.ts";
import type { Told } from "./fold.ts";
import { NotifierError } from "./notifierError.ts";
import type { WebhookOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { type WebhookMessage, webhookMessage } from "./webhookMessage.ts";

/** The receiver refuses messages until somebody changes something. The message says what. */
export class WebhookRefusal extends NotifierError {
  override readonly name = "WebhookRefusal";
}

/** How many messages may be repeated after a kill. */
const MOST_ROWS = 100;
const LONGEST_RETRY_AFTER_MS = 600_000;
/** Answers that may be others later, beside those of 5xx. */
const PASSING = [408, 425, 429];

/**
 * A webhook that takes what Alertmanager posts: a message for each row, in their order. A message of which nobody knows
 * whether it arrived is sent again.
 */
export class WebhookChannel implements Channel {
  readonly name = "the webhook";
  readonly interval = 0;
  readonly mostRows = MOST_ROWS;

  constructor(private readonly options: WebhookOptions) {}

  /** Nobody can be asked. */
  async newest(): Promise<undefined> {}

  async tell(
    rows: readonly Told[],
    _stamp: Stamp,
    _progress: Progress,
    turn: Turn,
  ): Promise<string | undefined> {
    for (const { row } of rows) {
      if (!(await this.#send(webhookMessage(row, this.options.stack), turn))) return undefined;
    }
    return "";
  }

  /** @returns false if stopped before it was taken */
  async #send(message: WebhookMessage, turn: Turn): Promise<boolean> {
    for (let failures = 0; !turn.signal.aborted; failures++) {
      if (!(await turn.isOurs())) return false;
      const failure = await this.#attempt(message);
      if (failure === undefined) return true;
      const wait = failure.retryAfter ?? pauseAfter(failures);
      turn.onTrouble(`the webhook: ${failure.reason}; trying again in ${wait / 1000} s`);
      await pause(wait, turn.signal);
    }
    return false;
  }

  /** @throws WebhookRefusal when no waiting helps */
  async #attempt(message: WebhookMessage): Promise<{ reason: string; retryAfter?: number } | undefined> {
    const { url, bearerToken, headers, timeout } = this.options;
    try {
      const answer = await callHttp(url, {
        method: "POST",
        headers: {
          ...headers,
          ...(bearerToken !== undefined && { authorization: `Bearer ${bearerToken}` }),
        },
        body: message,
        deadline: timeout,
        byProxy: true,
        // The token is for this address.
        followsRedirects: false,
      });
      const { status, text } = answer;
      if (isOk(status)) return undefined;
      if (status < 500 && !PASSING.includes(status)) throw refusal(status, text);
      const retryAfter = retryAfterOf(answer.headers["retry-after"], Date.now());
      return { reason: `HTTP status ${status}`, ...(retryAfter !== undefined && { retryAfter }) };
    } catch (error) {
      // The cause of a failure may name the address, which is a secret; its code does not.
      if (error instanceof NoAnswer) return { reason: error.message };
      throw error;
    }
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

function refusal(status: number, text: string): WebhookRefusal {
  const said = excerpt(text);
  const answer = said === "" ? `HTTP status ${status}` : `HTTP status ${status}: ${said}`;
  return new WebhookRefusal(
    `The webhook refuses alerts (${answer}): ${adviceOn(status)}. What is waiting is sent by the next run that can.`,
  );
}

function adviceOn(status: number): string {
  if (status < 400)
    return "it sends us to another address, which is not followed: set webhook.url to that address";
  if (status === 401 || status === 403) return "check webhook.bearerToken and webhook.headers";
  if (status === 404 || status === 405 || status === 410) return "check webhook.url";
  return "check that webhook.url takes the messages of Alertmanager, version 4";
}
