import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Command } from "commander";
import { SLACK_TOKEN } from "../../components/settings.ts";
import { withStack } from "../stackCommand.ts";
import { UserError } from "../userError.ts";

export function addSecret(program: Command): void {
  program
    .command("secret")
    .description("store a secret in a stack's settings, encrypted; it is read from the terminal or a pipe")
    .argument("<name>", `the secret: ${SLACK_TOKEN}`)
    .option("--stack <stack>", "the stack that it belongs to", "local")
    .action(async (name: string, { stack: stackName }: { stack: string }) => {
      if (name !== SLACK_TOKEN)
        throw new UserError(`There is no secret "${name}". There is: ${SLACK_TOKEN}.`);
      const value = await askHidden(`${name}: `);
      if (!/^xox[\x21-\x7e]+$/.test(value)) {
        throw new UserError("That is no Slack token: it begins with xox. Nothing was stored.");
      }
      await withStack(stackName, (stack) => stack.setConfig(name, { value, secret: true }), { create: true });
      console.log(
        `Stored in Pulumi.${stackName}.yaml, encrypted. npm run up -- ${stackName} puts it to use.`,
      );
    });
}

/** Asks for a line that is not shown, neither in the terminal nor in its history. */
async function askHidden(question: string): Promise<string> {
  if (stdin.isTTY) process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY });
  try {
    for await (const line of lines) return line.trim();
    return "";
  } finally {
    lines.close();
    if (stdin.isTTY) process.stderr.write("\n");
  }
}
