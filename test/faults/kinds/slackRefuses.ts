import type { SlackFault } from "../../support/slack.ts";
import type { Kind } from "../fault.ts";

const POST = "chat.postMessage";
const LASTS_MS = 10_000;

/** How Slack fails and how many consecutive requests do; without a fault, it refuses connections. */
const WAYS: readonly [Way, ...Way[]] = [
  { name: "answers 429", fault: { kind: "rateLimited", retryAfter: 2 }, times: 3 },
  { name: "answers 503", fault: { kind: "status", status: 503 }, times: 3 },
  {
    name: "answers 503 to what it has taken",
    fault: { kind: "status", status: 503, accepted: true },
    times: 1,
  },
  { name: "cuts connections", fault: { kind: "drop" }, times: 3 },
  { name: "loses its answer", fault: { kind: "drop", accepted: true }, times: 2 },
  { name: "does not answer what it has taken", fault: { kind: "hang", accepted: true }, times: 1 },
  { name: "is not there" },
];

interface Way {
  readonly name: string;
  readonly fault?: SlackFault;
  readonly times?: number;
}

/** Slack refuses or loses messages from the notifier. */
export const slackRefuses: Kind = {
  name: "slack-refuses",
  next(stack, random) {
    if (stack.told === undefined) return undefined;
    const { name, fault, times } = random.among(WAYS);
    return {
      name: `Slack ${name}`,
      parts: ["slack", "notifier-process"],
      lastsMs: LASTS_MS,
      inject: async () => (fault === undefined ? stack.slack.stop() : stack.slack.fail(POST, fault, times)),
      end: async () => {
        if (fault === undefined) await stack.slack.start();
      },
    };
  },
};
