import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { Checkout } from "../../support/checkout.ts";
import { KmsStandIn } from "../../support/kmsStandIn.ts";

/** The commands of "From a token to alerts" in docs/aiven.md, from top to bottom. */
function documentedCommands(): string[] {
  const text = readFileSync(join(projectDirectory, "docs/aiven.md"), "utf8");
  const section = text.split("\n## ").find((part) => part.startsWith("From a token to alerts")) ?? "";
  return [...section.matchAll(/`(npm run secret [^`]*)`|^ *((?:npm run|export) .*)$/gm)].map(
    ([, inline, line]) => inline ?? line ?? "",
  );
}

/** Up to the first command that needs Aiven's provider; commandLine.test.ts runs the same commands after that. */
describe.sequential("the path from a token to a deployed stack in docs/aiven.md", () => {
  let aiven: AivenStandIn;
  let checkout: Checkout;
  const file = () => readFileSync(join(checkout.directory, "Pulumi.dev.yaml"), "utf8");
  const edit = (from: string, to: string) =>
    writeFileSync(join(checkout.directory, "Pulumi.dev.yaml"), file().replace(from, to));
  const run = (command: string) => checkout.run("sh", ["-c", command]);

  beforeAll(async () => {
    aiven = await AivenStandIn.start();
    checkout = await Checkout.create();
    checkout.environment = {
      AIVEN_WEB_URL: aiven.url,
      AIVEN_TOKEN: "wrong",
      PULUMI_CONFIG_PASSPHRASE: "test",
    };
    edit("# aiven.project: my-project", "aiven.project: test-project");
  });
  afterAll(async () => {
    checkout?.remove();
    await aiven?.close();
  });
  afterEach(() => expect(aiven.requests.filter(({ method }) => method !== "GET")).toEqual([]));

  it("consists of these commands", () => {
    expect(documentedCommands()).toEqual([
      "export AIVEN_TOKEN=<token> PULUMI_CONFIG_PASSPHRASE=<passphrase>",
      "npm run secret -- aiven:apiToken --stack dev",
      "npm run cost -- dev",
      "npm run up -- dev",
      "npm run status -- dev",
      "npm run generate -- --stack dev",
      "npm run watch -- --stack dev",
      "npm run notify -- --stack dev",
      "npm run destroy -- dev",
    ]);
  });

  it("leaves no stack, no folder and no changed file behind if Aiven does not accept the token", async () => {
    const before = file();
    const { code, stderr } = await run("npm run up -- dev");
    expect(stderr).toContain("Aiven does not accept the token (401, Invalid token)");
    expect(code).toBe(1);
    expect(file()).toBe(before);
    expect(existsSync(join(checkout.directory, ".stacks"))).toBe(false);
  });

  it("stores the token in one line of the stack's file, and what decrypts it in another", async () => {
    const before = file();
    const { code, stdout } = await run("printf test-token | npm run secret -- aiven:apiToken --stack dev");
    expect(stdout).toContain("Stored in Pulumi.dev.yaml, encrypted.");
    expect(code).toBe(0);
    expect(file().startsWith(before)).toBe(true);
    expect(file().slice(before.length)).toMatch(
      /^ {2}aiven:apiToken: \{ secure: "v1:[^"]+" \}\nencryptionsalt: v1:\S+\n$/,
    );
  });

  it("replaces only that line when another token is stored", async () => {
    const before = file();
    await run("printf test-token | npm run secret -- aiven:apiToken --stack dev");
    const changed = (text: string) => text.replace(/apiToken: .*/, "");
    expect(file()).not.toBe(before);
    expect(changed(file())).toBe(changed(before));
  });

  it("estimates the cost with the stored token, which takes precedence over the environment's", async () => {
    const { code, stdout, stderr } = await run("npm run cost -- dev");
    expect(stdout + stderr).toMatch(/demo-kafka +startup-2 +google-europe-west1 +0\.397 +289\.81/);
    expect(stdout).toMatch(/Total +1\.232 +899\.36/);
    expect(code).toBe(0);
  });

  it("stops at a wrong setting and leaves every byte of the file unchanged", async () => {
    edit("kafka.plan: startup-2", "kafka.plan: huge");
    const before = file();
    const { code, stderr } = await run("npm run up -- dev");
    expect(stderr).toContain("kafka.plan is huge, which Aiven does not have");
    expect(code).toBe(1);
    expect(file()).toBe(before);
  });

  it("ends with nothing left once the stack is destroyed", async () => {
    const before = file();
    const { code, stdout } = await run("npm run destroy -- dev");
    expect(stdout).toContain("The stack dev is gone: nothing to do");
    expect(code).toBe(0);
    expect(file()).toBe(before);
    expect(existsSync(join(checkout.directory, ".stacks"))).toBe(false);
  });
});

it("a cloud key in the stack's file replaces the passphrase, and the file keeps its other lines", {
  timeout: 120_000,
}, async () => {
  const [aiven, kms, checkout] = await Promise.all([
    AivenStandIn.start(),
    KmsStandIn.start(),
    Checkout.create(),
  ]);
  onTestFinished(async () => {
    checkout.remove();
    kms.close();
    await aiven.close();
  });
  const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = checkout.environment;
  checkout.environment = { ...without, ...kms.environment, AIVEN_WEB_URL: aiven.url, AIVEN_TOKEN: "" };
  const path = join(checkout.directory, "Pulumi.dev.yaml");
  const before = `secretsprovider: awskms://alias/pulumi?region=eu-central-1\n${readFileSync(
    path,
    "utf8",
  ).replace("# aiven.project: my-project", "aiven.project: other")}`;
  writeFileSync(path, before);
  const run = (command: string) => checkout.run("sh", ["-c", command]);
  const stored = await run("printf test-token | npm run secret -- aiven:apiToken --stack dev");
  expect(stored.stderr).not.toContain("Error");
  const after = readFileSync(path, "utf8");
  expect(after.slice(before.length)).toMatch(
    /^ {2}aiven:apiToken: \{ secure: "v1:[^"]+" \}\nencryptedkey: \S+\n$/,
  );
  expect(after.startsWith(before)).toBe(true);
  // The engine decrypts the token: Aiven accepts it, but has no such project.
  const refused = await run("npm run up -- dev");
  expect(refused.stderr).toContain(
    "aiven.project is other, which does not exist or is not visible to this token",
  );
  expect(readFileSync(path, "utf8")).toBe(after);
  expect(kms.asked).toContain("Decrypt");
});
