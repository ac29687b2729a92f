import { pause } from "../../lib/timing.ts";
import { pauseAfter } from "./backOff.ts";
import type { Channel, NewestMessage, Stamp, Turn } from "./channel.ts";
import type { Told } from "./fold.ts";
import type { Progress } from "./progress.ts";
import type { Payload, PostedMessage, SlackApi } from "./slackApi.ts";
import { SlackRefusal, slackFailureOf } from "./slackFailures.ts";
import { slackText } from "./slackText.ts";

/** Slack's clock and ours may differ. */
const CLOCK_SKEW_MS = 120_000;

/**
 * A channel of Slack. Each message carries its stamp, so that the channel itself says how far it was told: after a
 * failure that leaves it open whether a message arrived, and after a restart, the newest message is looked up.
 */
export class SlackChannel implements Channel {
  readonly name = "Slack";
  readonly mostRows = Number.POSITIVE_INFINITY;

  /** @param channel as configured: an id or a name */
  constructor(
    private readonly api: SlackApi,
    private readonly channel: string,
    readonly interval: number,
  ) {}

  async newest(progress: Progress, turn: Turn): Promise<NewestMessage | undefined> {
    for (let failures = 0; !turn.signal.aborted; failures++) {
      try {
        return await this.#look(progress, turn);
      } catch (error) {
        await this.#wait(error, failures, turn);
      }
    }
    return undefined;
  }

  async tell(
    rows: readonly Told[],
    stamp: Stamp,
    progress: Progress,
    turn: Turn,
  ): Promise<string | undefined> {
    const text = slackText(rows);
    const payload = payloadOf(stamp);
    let mayBeThere = false;
    for (let failures = 0; !turn.signal.aborted; failures++) {
      try {
        const there = mayBeThere ? await this.#look(progress, turn) : undefined;
        if (there !== undefined) return there.mark;
        mayBeThere = false;
        if (!(await turn.isOurs())) return undefined;
        return markOf(await this.api.post(this.channel, text, payload));
      } catch (error) {
        mayBeThere ||= slackFailureOf(error).kind === "unknown";
        await this.#wait(error, failures, turn);
      }
    }
    return undefined;
  }

  /** @returns undefined also when Slack does not let us look */
  async #look({ log, mark, begunAt }: Progress, turn: Turn): Promise<NewestMessage | undefined> {
    const start = { channel: this.channel, ts: ((begunAt - CLOCK_SKEW_MS) / 1000).toFixed(6) };
    try {
      const found = await this.api.newest(messageAt(mark) ?? start, log);
      return found && { ...stampOf(found.payload), mark: markOf(found) };
    } catch (error) {
      const failure = slackFailureOf(error);
      if (failure.kind !== "refused") throw error;
      const advice =
        failure.code === "missing_scope" ? " (the app lacks the bot scope channels:history)" : "";
      turn.onTrouble(
        `Slack does not show whether a message arrived: ${failure.code}${advice}; the next may be a duplicate`,
      );
      return undefined;
    }
  }

  /** @throws SlackRefusal when no waiting helps */
  async #wait(error: unknown, failures: number, { signal, onTrouble }: Turn): Promise<void> {
    const failure = slackFailureOf(error);
    if (failure.kind === "refused") throw new SlackRefusal(failure.code, this.channel);
    const wait = failure.kind === "rateLimited" ? failure.retryAfter : pauseAfter(failures);
    onTrouble(`Slack: ${failure.reason}; trying again in ${wait / 1000} s`);
    await pause(wait, signal);
  }
}

const markOf = ({ channel, ts }: PostedMessage) => `${channel}:${ts}`;

function messageAt(mark: string): PostedMessage | undefined {
  const [, channel, ts] = /^(.+):(.+)$/.exec(mark) ?? [];
  return channel === undefined || ts === undefined ? undefined : { channel, ts };
}

function payloadOf({ log, next, released, firing }: Stamp): Payload {
  return {
    log,
    next: [...next].map(([partition, offset]) => `${partition}:${offset}`).join(),
    released: released.map(({ partition, offset }) => `${partition}:${offset}`).join(),
    firing: String(firing),
  };
}

function stampOf({ log = "", next = "", released = "", firing = "0" }: Payload): Stamp {
  const places = (text: string) =>
    [...text.matchAll(/(\d+):(\d+)/g)].map(
      ([, partition, offset]) => [Number(partition), Number(offset)] as const,
    );
  return {
    log,
    next: new Map(places(next)),
    released: places(released).map(([partition, offset]) => ({ partition, offset })),
    firing: Number(firing),
  };
}
