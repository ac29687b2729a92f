import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { secretOfFile } from "../../../cli/engine/secrets.ts";
import { stackFile } from "../../../cli/engine/stackFile.ts";
import { projectDirectory } from "../../../lib/paths.ts";

// Written by the Pulumi CLI with the passphrase "test": pulumi config set --secret aiven:apiToken, from "hi".
const SALT = "v1:+UBt6AcJoeI=:v1:rGmswk+1cETcaI1Z:QXviXrtxuNvWV9fMtcM7njp1fDJmow==";
const SEALED = "v1:Isb6nBYwdvNhlFTw:YANF4KhxAV4O9372GMI+Timx";

async function secretIn(
  lines: string,
  env: NodeJS.ProcessEnv,
  key = "aiven:apiToken",
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "streaming-passphrase-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(join(projectDirectory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(join(folder, "Pulumi.dev.yaml"), lines);
  return secretOfFile(await stackFile("dev", folder), env)(key);
}

const stored = `config:\n  aiven:apiToken: { secure: "${SEALED}" }\nencryptionsalt: ${SALT}\n`;

describe("a secret in a stack's file", () => {
  it("is read with the passphrase, without the engine", async () => {
    expect(await secretIn(stored, { PULUMI_CONFIG_PASSPHRASE: "test" })).toBe("hi");
  });

  it("of the project itself is read with and without the project's name before it", async () => {
    for (const name of ["kafka.password", "streaming-anomaly-detection:kafka.password"]) {
      const lines = stored.replace("aiven:apiToken", name);
      expect(await secretIn(lines, { PULUMI_CONFIG_PASSPHRASE: "test" }, "kafka.password")).toBe("hi");
    }
  });

  it("is read with a passphrase from a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "streaming-passphrase-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "passphrase"), "test\n");
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "passphrase") };
    expect(await secretIn(stored, env)).toBe("hi");
  });

  it("is refused with what to do if the passphrase is wrong or missing", async () => {
    await expect(secretIn(stored, { PULUMI_CONFIG_PASSPHRASE: "other" })).rejects.toThrow(
      "PULUMI_CONFIG_PASSPHRASE is not the one that the stack dev was first used with",
    );
    await expect(secretIn(stored, {})).rejects.toThrow("PULUMI_CONFIG_PASSPHRASE is not set");
  });

  it("is undefined if there is none, or if only the engine can read it", async () => {
    expect(await secretIn("config: {}\n", {})).toBeUndefined();
    const key = stored.replace(/encryptionsalt.*/, "secretsprovider: awskms://alias/stacks");
    expect(await secretIn(key, {})).toBeUndefined();
  });
});
