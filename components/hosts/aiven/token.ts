import type { HostContext } from "../host.ts";

/** The configuration key that Aiven's provider reads its token from, before AIVEN_TOKEN. */
export const AIVEN_TOKEN_KEY = "aiven:apiToken";

/** Advice for a missing or unusable token. */
export const HOW_TO_GET_A_TOKEN = `get one in Aiven's console (user information → Tokens → Generate token), then export AIVEN_TOKEN=<token>, or store it by npm run secret -- ${AIVEN_TOKEN_KEY} --stack <stack>`;

/** Advice if Aiven refuses a Flink service. */
export const NO_NEW_FLINK =
  "Aiven creates no new Flink services for this project: use the stack hybrid (Flink on this machine, or any Flink 1.20 by flink.runsOn: gateway), or a Flink service that you have, by flink.runsOn: existing with flink.service";

/** The token for Aiven's API: the stack's own, else the one in AIVEN_TOKEN. */
export async function aivenToken({ secret }: Pick<HostContext, "secret">): Promise<string | undefined> {
  return (await secret(AIVEN_TOKEN_KEY)) || process.env.AIVEN_TOKEN || undefined;
}
