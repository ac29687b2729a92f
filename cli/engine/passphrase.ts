import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

/** Reads what Pulumi has encrypted: `v1:<nonce>:<text>`. */
export type Unseal = (sealed: string) => string;

const derive = promisify(pbkdf2);

/**
 * What a passphrase can read; undefined if it is not the one of the salt, which is `v1:<salt>:v1:<nonce>:<a known text,
 * encrypted>`. Takes 0.2 s.
 * Source: https://github.com/pulumi/pulumi/blob/master/pkg/secrets/passphrase/manager.go
 */
export async function unlock(passphrase: string, encryptionSalt: string): Promise<Unseal | undefined> {
  const [, version, salt = "", known = ""] = /^(v1):([^:]*):(.*)$/.exec(encryptionSalt) ?? [];
  if (version === undefined) return undefined;
  const key = await derive(passphrase, bytes(salt), 1_000_000, 32, "sha256");
  const unseal: Unseal = (sealed) => {
    const [, nonce = "", text = ""] = sealed.split(":");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes(nonce)).setAuthTag(bytes(text).subarray(-16));
    return decipher.update(bytes(text).subarray(0, -16), undefined, "utf8") + decipher.final("utf8");
  };
  try {
    unseal(known);
    return unseal;
  } catch {
    return undefined;
  }
}

/** The passphrase that the environment gives, as the engine reads it; an empty one counts. */
export function givenPassphrase(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  return file ? readFileSync(file, "utf8").trim() : file;
}

const bytes = (text: string) => Buffer.from(text, "base64");
