import type { AivenClient } from "../../../clients/aiven/client.ts";
import { UserError } from "../../../lib/userError.ts";
import type { HostContext } from "../host.ts";
import { aivenToken, HOW_TO_GET_A_TOKEN } from "./token.ts";

/** @throws UserError without a token */
export async function aivenClient(context: Pick<HostContext, "secret">): Promise<AivenClient> {
  const token = await requiredToken(context);
  const { AivenClient } = await import("../../../clients/aiven/client.ts");
  return new AivenClient(token);
}

/** @throws UserError without a token */
export async function requiredToken(context: Pick<HostContext, "secret">): Promise<string> {
  const token = await aivenToken(context);
  if (token === undefined) throw new UserError(`there is no token for Aiven: ${HOW_TO_GET_A_TOKEN}`);
  return token;
}
