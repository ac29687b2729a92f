import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withSecret, withTopLevel } from "../../../cli/engine/stackFile.ts";
import { projectDirectory } from "../../../lib/paths.ts";

const KEY = "streaming-anomaly-detection:slack.token";
const set = (text: string, sealed = "v1:a:b=") => withSecret(text, [KEY, "slack.token"], sealed);
const LINE = `  ${KEY}: { secure: "v1:a:b=" }\n`;

describe.each(["dev", "docker", "hybrid", "prod"])("the file of the stack %s", (stack) => {
  const text = readFileSync(join(projectDirectory, `Pulumi.${stack}.yaml`), "utf8");

  it("gets a secret as one line at the end of its config; every other byte stays", () => {
    const changed = set(text);
    expect(changed).toBe(text + LINE);
    expect(set(changed, "v1:c:d=")).toBe(changed.replace("v1:a:b=", "v1:c:d="));
  });

  it("gets a salt as one line at its end; every other byte stays", () => {
    expect(withTopLevel(text, "encryptionsalt", "v1:x:v1:y:z")).toBe(`${text}encryptionsalt: v1:x:v1:y:z\n`);
  });
});

describe("a secret", () => {
  it.each([
    ["has no config", "# mine\n", `# mine\nconfig:\n${LINE}`],
    ["has an empty config", "config: {}\n", `config:\n${LINE}`],
    ["is empty", "", `config:\n${LINE}`],
    ["has no line break at its end", "config:\n  a: 1", `config:\n  a: 1\n${LINE}`],
    ["has something after its config", "config:\n  a: 1\n\n# salt\nencryptionsalt: x\n", undefined],
    ["is indented by four", "config:\n    a: 1\n", `config:\n    a: 1\n    ${KEY}: { secure: "v1:a:b=" }\n`],
    [
      "has an entry of several lines under the short name",
      "config:\n  slack.token:\n    secure: v1:old\n  a: 4 # four\n",
      `config:\n${LINE}  a: 4 # four\n`,
    ],
    ["ends its lines as Windows does", "config:\r\n  a: 1\r\n", `config:\r\n  a: 1\r\n${LINE.trimEnd()}\r\n`],
  ])("is stored in a file that %s", (_what, text, expected) => {
    const inBetween = `config:\n  a: 1\n${LINE}\n# salt\nencryptionsalt: x\n`;
    expect(set(text)).toBe(expected ?? inBetween);
  });
});
