import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { messagesOf } from "../../../cli/engine/advice.ts";
import { storeSecret } from "../../../cli/engine/secrets.ts";
import { projectDirectory } from "../../../lib/paths.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "streaming-secret-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});
const read = (file: string) => readFileSync(join(folder, file), "utf8");

/** A stack `dev` whose CLI is a shell script. */
async function stackWith(...script: readonly string[]): Promise<Stack> {
  copyFileSync(join(projectDirectory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
  const command = join(folder, "pulumi");
  writeFileSync(command, ["#!/bin/sh", ...script].join("\n"), { mode: 0o755 });
  const pulumiCommand = { command, version: null } as unknown as PulumiCommand;
  const envVars = { PULUMI_BACKEND_URL: "file:///state" };
  const workspace = await LocalWorkspace.create({ workDir: folder, pulumiCommand, envVars });
  return { name: "dev", workspace } as unknown as Stack;
}

describe("a secret", () => {
  it("reaches the CLI on its standard input only, with all of its lines", async () => {
    const stack = await stackWith(
      `echo "$@" >"${folder}/arguments"`,
      `echo "$PULUMI_BACKEND_URL $PULUMI_AUTOMATION_API" >"${folder}/environment"`,
      `cat >"${folder}/stdin"`,
      "printf 'config:\\n  streaming-anomaly-detection:kafka.key:\\n    secure: v1:abc\\n' >Pulumi.dev.yaml",
    );
    const key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
    await storeSecret(stack, "kafka.key", key);
    expect(read("arguments")).toBe("config set kafka.key --secret --stack dev --non-interactive\n");
    // The CLI removes one line break from the end.
    expect(read("stdin")).toBe(`${key}\n`);
    expect(read("environment")).toBe("file:///state true\n");
    expect(read("Pulumi.dev.yaml")).toBe(
      'config:\n  streaming-anomaly-detection:kafka.key: { secure: "v1:abc" }\n',
    );
  });

  // More than fits into a pipe that nobody reads.
  const LONG = "xoxb-".repeat(20_000);
  const failure = async (...script: readonly string[]) => {
    const stack = await stackWith(...script);
    const messages = await storeSecret(stack, "slack.token", LONG).then(() => [], messagesOf);
    expect(read("Pulumi.dev.yaml")).toBe("config: {}\n");
    return messages;
  };

  it("is not in the message if the CLI fails without a word", async () => {
    const sentence = (how: string) =>
      `The Pulumi CLI could not encrypt slack.token, and did not say why (${how}). Nothing was stored. Run the command again.`;
    expect(await failure("exit 1")).toEqual([sentence("exit code 1")]);
    expect(await failure("kill -KILL $$")).toEqual([sentence("SIGKILL")]);
  });

  it("is not in the message of a CLI that fails, which consists of its own lines", async () => {
    const script = ['echo "warning: $(cat)" >&2', 'echo "error: incorrect passphrase" >&2', "exit 255"];
    expect(await failure(...script)).toEqual(["error: incorrect passphrase"]);
  });
});
