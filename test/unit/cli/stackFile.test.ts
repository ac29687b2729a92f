import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackSettings } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { secretOfFile } from "../../../cli/engine/secrets.ts";
import { type StackFile, stackFile } from "../../../cli/engine/stackFile.ts";
import { stackSettings } from "../../../cli/engine/stackSettings.ts";
import { requirePassphrase as require, stackState, stateUrl } from "../../../cli/engine/stackState.ts";
import type { Settings } from "../../../components/settings.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { UserError } from "../../../lib/userError.ts";

/** A folder with a project whose stack `dev` has this file. */
function folderWith(config: string): string {
  const folder = mkdtempSync(join(tmpdir(), "streaming-stack-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(join(projectDirectory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(join(folder, "Pulumi.dev.yaml"), `config:\n${config}`);
  return folder;
}

/** A stack with this Pulumi.<stack>.yaml. */
function fileOf(content: StackSettings, name = "dev"): StackFile {
  const workspace = {
    stackSettings: async () => content,
    projectSettings: async () => ({ name: "streaming-anomaly-detection", runtime: "nodejs" }),
  } as unknown as StackFile["workspace"];
  return { name, workspace };
}

describe("a stack's file", () => {
  it("is read without the engine", async () => {
    const settings = await stackSettings(await stackFile("local"));
    expect(settings["kafka.runsOn"]).toBe("local");
    await expect(stackFile("staging").then(stackSettings)).rejects.toThrow(
      'There is no stack "staging": Pulumi.staging.yaml is missing. Stacks are: dev, docker, hybrid, local, prod.',
    );
  });

  it("may have an empty config, which is left after its only entry has been removed", async () => {
    const file = await stackFile("dev", folderWith(""));
    expect(await stackSettings(file)).toMatchObject({ "kafka.partitions": 3, freshStart: [] });
    expect(await secretOfFile(file)("slack.token")).toBe(undefined);
    expect((await stackState(file, {})).url).toContain(".stacks");
  });

  it("without anything in it is reported as empty", async () => {
    const folder = folderWith("");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "# nothing yet\n");
    await expect(stackFile("dev", folder)).rejects.toThrow(
      "Pulumi.dev.yaml is empty. Write config: {} into it.",
    );
  });

  it.each(["slack.token", "aiven:apiToken"])("must not hold %s in plain text", async (key) => {
    const plain = await stackFile("dev", folderWith(`  ${key}: xoxb-plain\n  slack.channel: "#alerts"\n`));
    await expect(stackSettings(plain)).rejects.toThrow(`npm run secret -- ${key} --stack dev`);
    await expect(stackSettings(plain)).rejects.not.toThrow("xoxb-plain");
    const stored = `  ${key}:\n    secure: v1:abc\n  slack.channel: "#alerts"\n`;
    const secret = await stackFile("dev", folderWith(stored));
    await expect(stackSettings(secret)).resolves.toBeDefined();
  });

  it("must not hold a secret in a group, in plain text or encrypted", async () => {
    const inGroup = async (token: string) =>
      stackSettings(
        await stackFile("dev", folderWith(`  slack:\n    channel: "#alerts"\n    token: ${token}\n`)),
      );
    await expect(inGroup("xoxb-plain")).rejects.toThrow("slack.token is in plain text in Pulumi.dev.yaml");
    await expect(inGroup("{ secure: v1:abc }")).rejects.toThrow(
      "a setting is wrong:\n  - slack.token is stored as token in the group slack, where secrets are not read",
    );
  });

  const COMMENT =
    'slack.channel is null, since YAML takes #alerts for a comment; quote it: slack.channel: "#alerts"';
  const OCTAL = "and YAML may read a number with a leading zero as octal";
  it.each([
    ["slack.channel: #alerts", COMMENT],
    [
      "streaming-anomaly-detection:slack.channel: #alerts",
      COMMENT.replace(/: slack/, ": streaming-anomaly-detection:slack"),
    ],
    ["slack:\n    channel: #alerts", COMMENT.replace(/: slack\./, ": ")],
    ["slack.channel:", "slack.channel is null; allowed is the id of a channel"],
    [
      "slack.channel: true",
      'slack.channel is true, which YAML takes for the boolean true; quote it: slack.channel: "true"',
    ],
    [
      "aiven.prefix: 1e3",
      'aiven.prefix is 1e3, which YAML takes for the number 1000; quote it: aiven.prefix: "1e3"',
    ],
    [
      "directory: 1.10 # a folder",
      'directory is 1.10, which YAML takes for the number 1.1; quote it: directory: "1.10"',
    ],
    [
      "directory: 2026-01-05",
      'directory is 2026-01-05, which YAML takes for the time 2026-01-05T00:00:00.000Z; quote it: directory: "2026-01-05"',
    ],
    ["directory: 0123", `directory is 0123, ${OCTAL}; quote it: directory: "0123"`],
    ["kafka.port: 021000", `kafka.port is 021000, ${OCTAL}; leave the zero out`],
    ["thresholds: # by host\n    doc: 020", `thresholds is 020, ${OCTAL}; leave the zero out`],
    ["generator.enabled: yes", 'generator.enabled is "yes"; allowed is true or false'],
    ["generator.enabled: on", 'generator.enabled is "on"; allowed is true or false'],
    ["kafka.port: 1e3", "kafka.port is 1000; allowed is a whole number from 1024 to 65535"],
    ["kafka.port: 29_092", 'kafka.port is "29_092"; allowed is a whole number'],
    ["alerts.cooldown: 2026-01-05", "alerts.cooldown is 2026-01-05, which YAML takes for the time"],
  ])("with %j is refused with what it contains and how to write it", async (lines, sentence) => {
    const file = await stackFile("dev", folderWith(`  ${lines}\n`));
    await expect(stackSettings(file)).rejects.toThrow(`a setting is wrong:\n  - ${sentence}`);
  });

  it.each<[string, Partial<Settings>]>([
    ['slack.channel: "#alerts"', { "slack.channel": "#alerts" }],
    ["slack.channel: C0123 # not #general", { "slack.channel": "C0123" }],
    ['directory: "0123"', { directory: "0123" }],
    ['directory: "1e3"', { directory: "1e3" }],
    ['directory: "true"', { directory: "true" }],
    ["directory: 2024", { directory: "2024" }],
    ["directory: ~/stacks", { directory: "~/stacks" }],
    ["thresholds: { doc: 20 } # by host", { thresholds: { doc: 20 } }],
    ["kafka.port: 29092 # as ever", { "kafka.port": 29092 }],
  ])("with %j is read unchanged", async (lines, settings) => {
    const file = await stackFile("dev", folderWith(`  ${lines}\n`));
    await expect(stackSettings(file)).resolves.toMatchObject(settings);
  });

  it.each(["*alerts", "@alerts", "%alerts", "[alerts", '"alerts'])(
    "that is not YAML for %s is named with what to do, without a stack trace",
    async (channel) => {
      const error = await stackFile("dev", folderWith(`  slack.channel: ${channel}\n`)).catch((e) => e);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(/^Pulumi\.dev\.yaml is not valid YAML: /);
      expect(error.message).toContain(`slack.channel: ${channel}`);
      expect(error.message).toContain('needs quotes: slack.channel: "#alerts"');
      expect(error.message).not.toMatch(/\n\s+at /);
    },
  );
});

// Pulumi's own salts, of the empty passphrase (as in Pulumi.local.yaml) and of "secret".
const EMPTY = { encryptionSalt: "v1:Wd6sQu0b7ew=:v1:JLW+3gw7Zc5GnqDH:H7hgPN0kPcOcoxAwuZnKeom7Sqgf+w==" };
const SALTED = { encryptionSalt: "v1:92EEbv5jYpM=:v1:LStT1YoLmTeuXVma:jKZ/M3C2EkqReXiOhmwUpYQMNij8rw==" };

describe("the passphrase", () => {
  const requirePassphrase = async (file: StackFile, env: NodeJS.ProcessEnv) =>
    require(file, await stackState(file, env), env);

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
  ])("is required by a stack %s", async (_which, content, env, message) => {
    await expect(requirePassphrase(fileOf(content), env)).rejects.toThrow(message);
  });

  it.each<[string, StackSettings, NodeJS.ProcessEnv, string?]>([
    ["is given", SALTED, { PULUMI_CONFIG_PASSPHRASE: "secret" }],
    ["is given, and empty", SALTED, { PULUMI_CONFIG_PASSPHRASE: "" }],
    ["stands in a file", SALTED, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/passphrase" }],
    ["has a cloud's key in its place", { secretsProvider: "awskms://alias/stacks" }, {}],
    ["is Pulumi Cloud's own affair", {}, { PULUMI_BACKEND_URL: "https://api.pulumi.com" }],
    ["is the empty one, whatever the stack's name", EMPTY, {}, "second"],
    ["will be the empty one of the stack local", {}, {}, "local"],
  ])("is not required if it %s", async (_which, content, env, name) => {
    await expect(requirePassphrase(fileOf(content, name), env)).resolves.toBeUndefined();
  });
});

describe("a stack's state", () => {
  const own = /^file:\/\/\/.*\/\.stacks\?metadata=skip$/;
  const CLOUD = "https://api.pulumi.com";

  it.each([undefined, "", CLOUD])(
    "is the project's own for a stack with the empty passphrase if PULUMI_BACKEND_URL is %j",
    async (url) => {
      const env = { PULUMI_BACKEND_URL: url };
      for (const file of [fileOf(EMPTY, "second"), fileOf({}, "local"), fileOf({}, "docker")]) {
        expect(await stackState(file, env)).toEqual({
          url: expect.stringMatching(own),
          emptyPassphrase: true,
        });
      }
    },
  );

  it("is where PULUMI_BACKEND_URL points for any other stack, unless it is empty", async () => {
    const where = async (url: string | undefined, content: StackSettings = SALTED) =>
      (await stackState(fileOf(content), { PULUMI_BACKEND_URL: url })).url;
    expect(await where(CLOUD)).toBe(CLOUD);
    expect(await where("")).toMatch(own);
    expect(await where(undefined)).toMatch(own);
  });

  it.each(["backend", "streaming-anomaly-detection:backend"])(
    "is preferably where the stack's own file says in %s",
    async (key) => {
      const content = { config: { [key]: "s3://stacks" } };
      for (const name of ["local", "dev"]) {
        expect((await stackState(fileOf(content, name), { PULUMI_BACKEND_URL: CLOUD })).url).toBe(
          "s3://stacks",
        );
      }
    },
  );
});

it("the address of a state folder is encoded, whatever the folder's name", () => {
  const url = new URL(stateUrl('/a#b/50%/q?&/ü 🙂/it\'s "so"'));
  expect(decodeURIComponent(url.pathname)).toBe('/a#b/50%/q?&/ü 🙂/it\'s "so"');
  expect([url.search, url.hash]).toEqual(["?metadata=skip", ""]);
});
