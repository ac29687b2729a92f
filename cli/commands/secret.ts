import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Host, SecretRule } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { appSecrets } from "../../components/settings/secrets.ts";
import { UsageError, UserError } from "../../lib/userError.ts";
import { storeSecret } from "../engine/secrets.ts";
import { accessibleState, withStack } from "../engine/stack.ts";

/** The form of each secret's value, and the message for a value without it. */
const SECRETS: Readonly<Record<string, SecretRule>> = {
  ...appSecrets,
  ...Object.assign({}, ...hosts.map((host: Host) => host.secrets)),
};
const NAMES = Object.keys(SECRETS).join(", ");

export async function secret(name: string, stackName: string): Promise<void> {
  // Every object has members such as toString.
  const secret = Object.hasOwn(SECRETS, name) ? SECRETS[name] : undefined;
  if (secret === undefined) throw new UsageError(`There is no secret "${name}". The secrets are: ${NAMES}.`);
  // Before anybody types the secret.
  await accessibleState(stackName);
  const value = await askHidden(`${name}: `);
  if (!secret.pattern.test(value)) throw new UserError(`${secret.problem} Nothing was stored.`);
  await withStack(stackName, (stack) => storeSecret(stack, name, value), { create: true });
  console.log(`Stored in Pulumi.${stackName}.yaml, encrypted. npm run up -- ${stackName} applies it.`);
}

/** How a file with a PEM key begins, as OpenSSL writes it, and the line that ends the key. */
const PEM = /^(-----BEGIN |Bag Attributes)/;
const KEY_END = /^-----END .*PRIVATE KEY-----/;
/** Something else was pasted: it is refused at once. */
const BEGINS_WITHOUT_KEY = /^-----BEGIN (CERTIFICATE|PUBLIC KEY)/;

/** The first line, or all lines up to the end of a PEM key. */
export async function valueIn(lines: AsyncIterable<string>): Promise<string> {
  const read: string[] = [];
  for await (const line of lines) {
    read.push(line.trim());
    const [first = ""] = read;
    if (!PEM.test(first) || BEGINS_WITHOUT_KEY.test(first) || KEY_END.test(line)) break;
  }
  return read.join("\n");
}

/** Reads a secret without showing it on the terminal or in its history. */
async function askHidden(question: string): Promise<string> {
  if (stdin.isTTY) process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY });
  lines.once("SIGINT", () => process.exit(130));
  try {
    return await valueIn(lines);
  } finally {
    lines.close();
    if (stdin.isTTY) process.stderr.write("\n");
  }
}
