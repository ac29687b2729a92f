import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { codeOf, innermost } from "../../lib/rootCause.ts";
import { NotifierError } from "./notifierError.ts";

/** Slack refuses messages until somebody changes something. The message says what. */
export class SlackRefusal extends NotifierError {
  override readonly name = "SlackRefusal";

  /** @param code Slack's code, e.g. `not_in_channel` */
  constructor(
    readonly code: string,
    channel: string,
  ) {
    const advice = ADVICE[code] ?? `see https://docs.slack.dev/reference/methods/chat.postMessage#errors`;
    super(
      `Slack refuses to post to ${channel} (${code}): ${advice}. What is waiting is posted by the next run that can.`,
    );
  }
}

/** What a failed request to Slack means for the message. */
export type SlackFailure =
  /** Waiting does not help. */
  | { readonly kind: "refused"; readonly code: string }
  /** Not posted; to be repeated after `retryAfter` ms. */
  | { readonly kind: "rateLimited"; readonly retryAfter: number; readonly reason: string }
  /** Certainly not posted. */
  | { readonly kind: "unsent"; readonly reason: string }
  /** Slack may have posted it. */
  | { readonly kind: "unknown"; readonly reason: string };

const NEW_TOKEN = "put a valid bot token (OAuth & Permissions of the app in Slack) into the configuration";
const ADVICE: Readonly<Record<string, string>> = {
  invalid_auth: NEW_TOKEN,
  not_authed: NEW_TOKEN,
  account_inactive: NEW_TOKEN,
  token_revoked: NEW_TOKEN,
  token_expired: NEW_TOKEN,
  not_allowed_token_type: NEW_TOKEN,
  channel_not_found:
    "check the channel's id (View channel details in Slack); to a private channel, invite the app's bot",
  not_in_channel: "invite the app's bot, by /invite @its-name in that channel",
  is_archived: "unarchive the channel, or configure another one",
  missing_scope: "add the bot scope chat:write to the app in Slack and reinstall it",
  no_permission: "add the bot scope chat:write to the app in Slack and reinstall it",
  restricted_action:
    "a workspace setting forbids the app to post there: ask an administrator of the workspace",
};

const PASSING = /^(internal_error|fatal_error|service_unavailable|request_timeout|team_added_to_org)$/;
const LIMITED = /^(rate_?limited|accesslimited|message_limit_exceeded)$/;
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const LIMITED_MS = 5_000;

/** Reads an error of `@slack/web-api`. */
export function slackFailureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    const seconds = error.retryAfter;
    return { kind: "rateLimited", retryAfter: seconds * 1000, reason: `rate limit, for ${seconds} s` };
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error);
  if (error instanceof WebAPIHTTPError) return { kind: "unknown", reason: `HTTP status ${error.statusCode}` };

  const { code, reason } = causeOf(error instanceof WebAPIRequestError ? error.original : error);
  return { kind: NEVER_CONNECTED.test(code) ? "unsent" : "unknown", reason };
}

function platformFailure(code: string): SlackFailure {
  if (LIMITED.test(code)) return { kind: "rateLimited", retryAfter: LIMITED_MS, reason: code };
  // A proxy's page of HTML arrives here as a code, too.
  if (PASSING.test(code) || !/^\w+$/.test(code)) return { kind: "unknown", reason: code.slice(0, 80) };
  return { kind: "refused", code };
}

/** fetch only says "fetch failed" and wraps what failed. */
function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof Error)) return { code: "", reason: String(error) };
  if (error.name === "TimeoutError") return { code: "", reason: "no answer in time" };
  const root = innermost(error) as Error;
  const code = codeOf(root) ?? "";
  return { code, reason: root.message || code };
}
