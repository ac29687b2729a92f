import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { codeOf, innermost } from "../../lib/rootCause.ts";
import type { Failure } from "./channel.ts";

/** What a failed request to Slack means for the message. */
export interface SlackFailure extends Failure {
  /** Slack's own code, if nothing will be posted until somebody changes something; the reason says what. */
  readonly refusal?: string;
}

const NEW_TOKEN = "put a valid bot token (OAuth & Permissions of the app in Slack) into the configuration";
const ADVICE: Readonly<Record<string, string>> = {
  invalid_auth: NEW_TOKEN,
  not_authed: NEW_TOKEN,
  account_inactive: NEW_TOKEN,
  token_revoked: NEW_TOKEN,
  token_expired: NEW_TOKEN,
  not_allowed_token_type: NEW_TOKEN,
  channel_not_found:
    "check the channel's id (View channel details in Slack); if the channel is private, invite the app's bot",
  not_in_channel: "invite the app's bot with /invite @its-name in that channel",
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

/** Reads an error of `@slack/web-api` about a message to a channel. */
export function slackFailureOf(error: unknown, channel: string): SlackFailure {
  if (error instanceof WebAPIRateLimitedError)
    return { reason: `Slack: rate limit, for ${error.retryAfter} s`, retryAfter: error.retryAfter * 1000 };
  if (error instanceof WebAPIHTTPError)
    return { reason: `Slack: HTTP status ${error.statusCode}`, mayBeThere: true };
  if (error instanceof WebAPIPlatformError) return answerOf(error.data.error, channel);
  const { code, reason } = causeOf(error instanceof WebAPIRequestError ? error.original : error);
  return { reason: `Slack: ${reason}`, mayBeThere: !NEVER_CONNECTED.test(code) };
}

function answerOf(code: string, channel: string): SlackFailure {
  if (LIMITED.test(code)) return { reason: `Slack: ${code}`, retryAfter: LIMITED_MS };
  // A proxy's HTML page also arrives here as a code.
  if (PASSING.test(code) || !/^\w+$/.test(code))
    return { reason: `Slack: ${code.slice(0, 80)}`, mayBeThere: true };
  const advice = ADVICE[code] ?? "see https://docs.slack.dev/reference/methods/chat.postMessage#errors";
  return { reason: `Slack refuses to post to ${channel} (${code}): ${advice}`, refusal: code };
}

/** fetch only reports "fetch failed" and wraps the cause. */
function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof Error)) return { code: "", reason: String(error) };
  if (error.name === "TimeoutError") return { code: "", reason: "no answer in time" };
  const root = innermost(error) as Error;
  const code = codeOf(root) ?? "";
  return { code, reason: root.message || code };
}
