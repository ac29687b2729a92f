import type { HostContext, SecretRule } from "../host.ts";

/** The configuration key that Aiven's provider reads its token from, before AIVEN_TOKEN. */
export const AIVEN_TOKEN_KEY = "aiven:apiToken";

/** Advice for a missing or unusable token. */
export const HOW_TO_GET_A_TOKEN = `get one in Aiven's console (user information → Tokens → Generate token), then export AIVEN_TOKEN=<token>, or store it by npm run secret -- ${AIVEN_TOKEN_KEY} --stack <stack>`;

/** Advice if Aiven refuses a Flink service. */
export const NO_NEW_FLINK =
  "Aiven creates no new Flink services for this project: use the stack hybrid (Flink on this machine, or any Flink 1.20 by flink.runsOn: gateway), or a Flink service that you have, by flink.runsOn: existing with flink.service";

/** The form of a token. */
export const TOKEN_RULE: SecretRule = {
  pattern: /^[\x21-\x7e]+$/,
  problem: "That is not an Aiven token: it is empty or contains blanks.",
};

/** The token in AIVEN_TOKEN, without the line break that a file ends in. */
export const environmentToken = () => process.env.AIVEN_TOKEN?.trim() || undefined;

/**
 * The token for Aiven's API: the stack's own, else the one in AIVEN_TOKEN.
 *
 * @throws SettingsError if it cannot be one
 */
export async function aivenToken({ secret }: Pick<HostContext, "secret">): Promise<string | undefined> {
  const own = await secret(AIVEN_TOKEN_KEY);
  const token = own || environmentToken();
  if (token === undefined || TOKEN_RULE.pattern.test(token)) return token;
  const name = own ? AIVEN_TOKEN_KEY : "AIVEN_TOKEN";
  const { SettingsError } = await import("../../settings/settingsError.ts");
  throw new SettingsError([`${name} is wrong. ${TOKEN_RULE.problem} To replace it, ${HOW_TO_GET_A_TOKEN}`]);
}
