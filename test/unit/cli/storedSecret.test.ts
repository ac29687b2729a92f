import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { storeSealed } from "../../../cli/engine/secrets.ts";
import { stackFile } from "../../../cli/engine/stackFile.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { UserError } from "../../../lib/userError.ts";

const KEY = "streaming-anomaly-detection:slack.token";

/** Stores a secret in the file of a stack. @returns what went wrong, and the file afterwards */
async function store(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "streaming-stored-secret-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "Pulumi.dev.yaml");
  copyFileSync(join(projectDirectory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(file, text);
  const stack = await stackFile("dev", folder);
  const error = await storeSealed(stack, [KEY, "slack.token"], "v1:a:b=").catch((each) => each);
  return { error, after: readFileSync(file, "utf8") };
}

describe("a secret", () => {
  it.each([
    ["in braces", "config: { a: 1 } # one line\n"],
    ["under a quoted name", '"config":\n  a: 1\n'],
    ["with the secret under two names", `config:\n  slack.token: x\n  ${KEY}: y\n`],
  ])("is refused by a file with its config %s, which stays unchanged", async (_which, text) => {
    const { error, after } = await store(text);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(
      /^The secret was not stored, and Pulumi\.dev\.yaml was not changed: streaming-anomaly-detection:slack\.token cannot .* Write each entry of config once, on lines of its own/,
    );
    expect(after).toBe(text);
  });

  it.each([
    ["empty", "config: {}\n", "config:\n"],
    ["absent", "encryptionsalt: v1:x\n", "encryptionsalt: v1:x\nconfig:\n"],
    [
      "one with the secret's name in a group",
      "config:\n  thresholds:\n    slack.token: 5\n",
      "config:\n  thresholds:\n    slack.token: 5\n",
    ],
    [
      "written in lines",
      "config: # mine\n  a: 1\n  b: 2026-01-05\n  slack.token:\n    secure: v1:old\n",
      "config: # mine\n  a: 1\n  b: 2026-01-05\n",
    ],
  ])("is stored in a file whose config is %s", async (_which, text, kept) => {
    expect(await store(text)).toEqual({
      error: undefined,
      after: `${kept}  ${KEY}: { secure: "v1:a:b=" }\n`,
    });
  });
});
