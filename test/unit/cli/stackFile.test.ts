import type { StackSettings } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { requirePassphrase } from "../../../cli/passphrase.ts";
import { type StackFile, stackFile } from "../../../cli/stackFile.ts";
import { stackSettings } from "../../../cli/stackSettings.ts";

/** A stack whose Pulumi.<stack>.yaml is that. */
function fileOf(content: StackSettings, name = "dev"): StackFile {
  const workspace = {
    stackSettings: async () => content,
    projectSettings: async () => ({ name: "streaming-anomaly-detection", runtime: "nodejs" }),
  } as unknown as StackFile["workspace"];
  return { name, workspace };
}

describe("a stack's file", () => {
  it("gives its settings without the engine", async () => {
    const settings = await stackSettings(await stackFile("local"));
    expect(settings["kafka.runsOn"]).toBe("local");
    await expect(stackFile("staging").then(stackSettings)).rejects.toThrow(
      'There is no stack "staging": Pulumi.staging.yaml is missing. Stacks are: dev, docker, hybrid, local, prod.',
    );
  });

  it.each(["slack.token", "aiven:apiToken"])("must not hold %s in plain text", async (key) => {
    const plain = fileOf({ config: { [key]: "xoxb-plain", "slack.channel": "#alerts" } });
    await expect(stackSettings(plain)).rejects.toThrow(`npm run secret -- ${key} --stack dev`);
    await expect(stackSettings(plain)).rejects.not.toThrow("xoxb-plain");
    const secret = fileOf({ config: { [key]: { secure: "v1:…" }, "slack.channel": "#alerts" } });
    await expect(stackSettings(secret)).resolves.toBeDefined();
  });
});

describe("the passphrase", () => {
  const SALTED = { encryptionSalt: "v1:salt" };

  it.each<[string, StackSettings, NodeJS.ProcessEnv, RegExp]>([
    ["first used", {}, {}, /PULUMI_CONFIG_PASSPHRASE is not set\. Choose one, .*keep it/],
    ["used before", SALTED, {}, /PULUMI_CONFIG_PASSPHRASE is not set\. Take the one that was chosen/],
    [
      "with the provider named",
      { secretsProvider: "passphrase" },
      { PULUMI_BACKEND_URL: "https://x" },
      /not set/,
    ],
    ["of Pulumi Cloud with one chosen", SALTED, { PULUMI_BACKEND_URL: "https://api.pulumi.com" }, /not set/],
    ["in a bucket", {}, { PULUMI_BACKEND_URL: "s3://stacks" }, /not set/],
  ])("is asked for by a stack %s", async (_which, content, env, message) => {
    await expect(requirePassphrase(fileOf(content), env)).rejects.toThrow(message);
  });

  it.each<[string, StackSettings, NodeJS.ProcessEnv, string?]>([
    ["is given", SALTED, { PULUMI_CONFIG_PASSPHRASE: "secret" }],
    ["is given, and empty", SALTED, { PULUMI_CONFIG_PASSPHRASE: "" }],
    ["stands in a file", SALTED, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/passphrase" }],
    ["has a cloud's key in its place", { secretsProvider: "awskms://alias/stacks" }, {}],
    ["is Pulumi Cloud's own affair", {}, { PULUMI_BACKEND_URL: "https://api.pulumi.com" }],
    ["is the empty one of the stack local", SALTED, {}, "local"],
  ])("is not asked for where it %s", async (_which, content, env, name) => {
    await expect(requirePassphrase(fileOf(content, name), env)).resolves.toBeUndefined();
  });
});
