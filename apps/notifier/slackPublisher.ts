import { pause } from "../../lib/timing.ts";
import type { OutgoingMessage, Publisher } from "./publisher.ts";
import type { SlackApi } from "./slackApi.ts";
import { SlackRefusal, slackFailureOf } from "./slackFailures.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Posts to Slack, waiting as long as needed, and never twice if Slack permits the check: after a failure that
 * leaves it open whether the message arrived, it looks into the channel first.
 */
export class SlackPublisher implements Publisher {
  readonly #api: SlackApi;
  readonly #stop: AbortSignal;
  readonly #onTrouble: (reason: string) => void;

  /**
   * @param stop ends the waiting, not a request on its way
   * @param onTrouble receives the reason when an attempt failed and will be repeated
   */
  constructor(api: SlackApi, stop: AbortSignal, onTrouble: (reason: string) => void) {
    this.#api = api;
    this.#stop = stop;
    this.#onTrouble = onTrouble;
  }

  async publish(message: OutgoingMessage, mayBeIn?: string): Promise<string | undefined> {
    let lookIn = mayBeIn;
    let unsent = mayBeIn === undefined;
    for (let failures = 0; !this.#stop.aborted; failures++) {
      try {
        if (lookIn !== undefined) {
          const arrived = await this.#hasArrived({ ...message, channel: lookIn });
          if (arrived === true) return lookIn;
          unsent = arrived === false;
          lookIn = undefined;
        }
        return await this.#api.post(message);
      } catch (error) {
        const failure = slackFailureOf(error);
        if (failure.kind === "refused") throw new SlackRefusal(failure.code, message.channel, unsent);
        if (failure.kind === "unknown") lookIn ??= message.channel;
        const wait = failure.kind === "rateLimited" ? failure.retryAfter : pauseAfter(failures);
        this.#onTrouble(`Slack: ${failure.reason}; trying again in ${wait / 1000} s`);
        await pause(wait, this.#stop);
      }
    }
    return undefined;
  }

  /** `undefined` when Slack does not let us look. */
  async #hasArrived(message: OutgoingMessage): Promise<boolean | undefined> {
    try {
      return await this.#api.has(message);
    } catch (error) {
      const failure = slackFailureOf(error);
      if (failure.kind !== "refused") throw error;
      const advice =
        failure.code === "missing_scope" ? " (the app lacks the bot scope channels:history)" : "";
      this.#onTrouble(
        `Slack does not show whether a message arrived: ${failure.code}${advice}; the next may be a duplicate`,
      );
      return undefined;
    }
  }
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
}
