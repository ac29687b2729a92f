import { CommandError } from "@pulumi/pulumi/automation/index.js";
import type { Advice, Host } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { wrongPassphrase } from "./secrets.ts";

/** What to do about errors whose messages do not say it. */
const OWN: readonly Advice[] = [
  {
    on: /incorrect passphrase/,
    advise: wrongPassphrase,
  },
  {
    on: /PULUMI_CONFIG_PASSPHRASE/,
    advise: (stack) =>
      `Secrets of the stack ${stack} are protected by a passphrase: export PULUMI_CONFIG_PASSPHRASE=<the passphrase>, or name a file that holds it in PULUMI_CONFIG_PASSPHRASE_FILE.`,
  },
];

/**
 * The messages of the engine, followed by advice if there is any for them.
 *
 * @param errors messages of the engine
 */
export function withAdvice(errors: readonly string[], stack: string): string {
  const text = errors.join("\n");
  const all = [...hosts.flatMap((host: Host) => host.advice ?? []), ...OWN];
  const advice = all.filter(({ on }) => on.test(text)).map(({ advise }) => advise(stack));
  return [text, ...advice].join("\n\n");
}

/** What went wrong, as messages for the user. */
export function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof CommandError)) return [error instanceof Error ? error.message : String(error)];
  // The CLI failed before the engine ran; its own message is on the lines that start with "error:".
  const lines = error.message.split("\n").filter((line) => line.startsWith("error:"));
  if (lines.length > 0) return [...new Set(lines)];
  const [, signal] = /\bCommand was killed with (SIG\w+)/.exec(error.message) ?? [];
  if (signal === undefined) return [error.message];
  return [`The Pulumi engine was killed (${signal}). Run the command again: it continues from there.`];
}
