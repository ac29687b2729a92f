import { UserError } from "../../lib/userError.ts";
import type { StackFile } from "./stackFile.ts";
import type { StackState } from "./stackState.ts";

/**
 * The engine asks for the passphrase only once it has begun, and in its own words.
 *
 * @throws UserError where a stack's secrets need a passphrase, and none is given
 */
export async function requirePassphrase(
  { name, workspace }: StackFile,
  { url, emptyPassphrase }: StackState,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (emptyPassphrase) return;
  // An empty one is one.
  if ((env.PULUMI_CONFIG_PASSPHRASE ?? env.PULUMI_CONFIG_PASSPHRASE_FILE) !== undefined) return;
  const { secretsProvider = "default", encryptionSalt } = await workspace.stackSettings(name);
  if (!["default", "passphrase"].includes(secretsProvider)) return;
  // Pulumi Cloud encrypts by itself, except where a passphrase has been chosen.
  const isCloud = /^https?:/.test(url);
  if (isCloud && secretsProvider === "default" && encryptionSalt === undefined) return;
  throw new UserError(
    `The stack ${name} has secrets, which a passphrase protects: PULUMI_CONFIG_PASSPHRASE is not set. ${
      encryptionSalt === undefined
        ? "Choose one, keep it where you keep passwords (without it nobody can read the stack's secrets again),"
        : "Take the one that was chosen when the stack was first used,"
    } and run

  export PULUMI_CONFIG_PASSPHRASE=<the passphrase>

or put it into a file and name that in PULUMI_CONFIG_PASSPHRASE_FILE. With a key of a cloud in its place
(secretsprovider in Pulumi.${name}.yaml: https://www.pulumi.com/docs/iac/concepts/secrets), none is needed.`,
  );
}
