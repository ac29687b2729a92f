import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { codeOf, innermost } from "../../lib/rootCause.ts";
import type { Failure } from "./backOff.ts";

/** What a failed request to Slack means for the message. */
export type SlackFailure = Failure &
  (
    | /** Nothing is posted until somebody changes something; the reason says what. `code` is Slack's own. */
    { readonly kind: "refused"; readonly code: string }
    /** Not posted. */
    | { readonly kind: "unsent" }
    /** Slack may have posted it. */
    | { readonly kind: "unknown" }
  );

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

/** Reads an error of `@slack/web-api` about a message to a channel. */
export function slackFailureOf(error: unknown, channel: string): SlackFailure {
  const failed = (kind: "unsent" | "unknown", reason: string, retryAfter?: number): SlackFailure => ({
    kind,
    reason: `Slack: ${reason}`,
    ...(retryAfter !== undefined && { retryAfter }),
  });
  if (error instanceof WebAPIRateLimitedError)
    return failed("unsent", `rate limit, for ${error.retryAfter} s`, error.retryAfter * 1000);
  if (error instanceof WebAPIHTTPError) return failed("unknown", `HTTP status ${error.statusCode}`);
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (LIMITED.test(code)) return failed("unsent", code, LIMITED_MS);
    // A proxy's page of HTML arrives here as a code, too.
    if (PASSING.test(code) || !/^\w+$/.test(code)) return failed("unknown", code.slice(0, 80));
    const advice = ADVICE[code] ?? "see https://docs.slack.dev/reference/methods/chat.postMessage#errors";
    return { kind: "refused", code, reason: `Slack refuses to post to ${channel} (${code}): ${advice}` };
  }
  const { code, reason } = causeOf(error instanceof WebAPIRequestError ? error.original : error);
  return failed(NEVER_CONNECTED.test(code) ? "unsent" : "unknown", reason);
}

/** fetch only says "fetch failed" and wraps what failed. */
function causeOf(error: unknown): { readonly code: string; readonly reason: string } {
  if (!(error instanceof Error)) return { code: "", reason: String(error) };
  if (error.name === "TimeoutError") return { code: "", reason: "no answer in time" };
  const root = innermost(error) as Error;
  const code = codeOf(root) ?? "";
  return { code, reason: root.message || code };
}
