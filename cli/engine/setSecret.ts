import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CommandError, type LocalWorkspace } from "@pulumi/pulumi/automation/index.js";

/**
 * Encrypts a value into the file of a stack, as `setConfig` does. That passes the value on a command line, which every
 * user of the machine can read; here the CLI reads it from its standard input.
 *
 * @throws CommandError with what the CLI says; the value is not in it
 */
export async function setSecret(
  { pulumiCommand, workDir, envVars }: Pick<LocalWorkspace, "pulumiCommand" | "workDir" | "envVars">,
  stack: string,
  key: string,
  value: string,
): Promise<void> {
  const args = ["config", "set", key, "--secret", "--stack", stack, "--non-interactive"];
  const child = spawn(pulumiCommand.command, args, {
    cwd: workDir,
    env: { ...process.env, ...envVars, PULUMI_AUTOMATION_API: "true" },
    stdio: ["pipe", "ignore", "pipe"],
  });
  // A CLI that ends without reading breaks the pipe; its exit code and messages say more.
  child.stdin.on("error", () => undefined);
  // The CLI removes one line break from the end.
  child.stdin.end(`${value}\n`);
  const [closed, printed] = await Promise.all([once(child, "close"), text(child.stderr)]);
  const [code, signal] = closed as [number | null, NodeJS.Signals | null];
  if (code === 0) return;
  const lines = printed.split("\n").filter((line) => line.startsWith("error:"));
  throw new CommandError(
    lines.join("\n") ||
      `The Pulumi CLI could not encrypt ${key}, and did not say why (${signal ?? `exit code ${code}`}). Nothing was stored. Run the command again.`,
  );
}
