import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { needsNoAccount } from "../../components/hosts/stackHosts.ts";
import { projectDirectory } from "../../lib/paths.ts";
import { UserError } from "../../lib/userError.ts";
import { configOf } from "./configOf.ts";
import type { StackFile } from "./stackFile.ts";

/** The state of this machine's stacks, and of all others without a backend of their own. */
export const stateDirectory = join(projectDirectory, ".stacks");

/** Where the state of a stack is, and whether the empty passphrase protects the secrets in it. */
export interface StackState {
  /** Pulumi's address of a backend. */
  readonly url: string;
  readonly emptyPassphrase: boolean;
}

/**
 * A stack with the empty passphrase, such as local, belongs to this machine and keeps its state in this
 * project, whatever backend the shell uses for other projects, unless its own file names another. Takes 0.2 s.
 */
export async function stackState(file: StackFile, env: NodeJS.ProcessEnv = process.env): Promise<StackState> {
  const emptyPassphrase = await hasEmptyPassphrase(file);
  const fromShell = emptyPassphrase ? undefined : env.PULUMI_BACKEND_URL;
  return { url: (await ownBackend(file)) || fromShell || stateUrl(stateDirectory), emptyPassphrase };
}

/** The setting `backend` in the stack's file: the engine reads settings too late for it. */
async function ownBackend({ name, workspace }: StackFile): Promise<string | undefined> {
  const { name: project } = await workspace.projectSettings();
  const config = configOf(await workspace.stackSettings(name));
  const value: unknown = config[`${project}:backend`] ?? config.backend;
  return typeof value === "string" ? value : undefined;
}

/**
 * The engine's state in a folder, without an attributes file next to each of its files: those are not written
 * atomically, and an engine that is killed meanwhile leaves a state that cannot be read.
 * Source: https://pkg.go.dev/gocloud.dev/blob/fileblob
 */
export const stateUrl = (directory: string) => `${pathToFileURL(directory).href}?metadata=skip`;

async function hasEmptyPassphrase({ name, workspace }: StackFile): Promise<boolean> {
  const { secretsProvider = "default", encryptionSalt } = await workspace.stackSettings(name);
  if (!["default", "passphrase"].includes(secretsProvider)) return false;
  // Before the first use there is no salt; these stacks have no passphrase by design.
  if (encryptionSalt === undefined) return needsNoAccount(name);
  return (await unlock("", encryptionSalt)) !== undefined;
}

/**
 * Checked here because the engine asks for the passphrase only after it has started.
 *
 * @throws UserError if a stack's secrets need a passphrase, and none is given
 */
export async function requirePassphrase(
  { name, workspace }: StackFile,
  { url, emptyPassphrase }: StackState,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (emptyPassphrase) return;
  // An empty passphrase counts.
  if ((env.PULUMI_CONFIG_PASSPHRASE ?? env.PULUMI_CONFIG_PASSPHRASE_FILE) !== undefined) return;
  const { secretsProvider = "default", encryptionSalt } = await workspace.stackSettings(name);
  if (!["default", "passphrase"].includes(secretsProvider)) return;
  // Pulumi Cloud does its own encryption unless a passphrase was chosen.
  const isCloud = /^https?:/.test(url);
  if (isCloud && secretsProvider === "default" && encryptionSalt === undefined) return;
  throw new UserError(
    `The secrets of the stack ${name} are protected by a passphrase, but PULUMI_CONFIG_PASSPHRASE is not set. ${
      encryptionSalt === undefined
        ? "Choose one, keep it where you keep passwords (without it nobody can read the stack's secrets again),"
        : "Take the one that was chosen when the stack was first used,"
    } and run

  export PULUMI_CONFIG_PASSPHRASE=<the passphrase>

or put it into a file and name that in PULUMI_CONFIG_PASSPHRASE_FILE. With a key of a cloud in its place
(secretsprovider in Pulumi.${name}.yaml: https://www.pulumi.com/docs/iac/concepts/secrets), none is needed.`,
  );
}

/** Reads what Pulumi has encrypted: `v1:<nonce>:<text>`. */
export type Unseal = (sealed: string) => string;

const derive = promisify(pbkdf2);

/**
 * Decrypts with a passphrase; undefined if it does not match the salt, which is `v1:<salt>:v1:<nonce>:<a known text,
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

/** The passphrase in the environment, read as the engine reads it; an empty one counts. */
export function givenPassphrase(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
  const file = env.PULUMI_CONFIG_PASSPHRASE_FILE;
  return file ? readFileSync(file, "utf8").trim() : file;
}

const bytes = (text: string) => Buffer.from(text, "base64");
