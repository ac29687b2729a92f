import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pulumiCommand } from "../../../setup/pulumi.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import { Checkout } from "../../support/checkout.ts";
import { silent } from "../../support/silentProgress.ts";
import { stackFile } from "../../support/stackFile.ts";

/** The commands of docs/aiven.md in a separate checkout, with a real Flink, Kafka and PostgreSQL. */
describe.skipIf(whyNotAiven).sequential("the command line on Aiven", () => {
  let world: AivenWorld;
  let checkout: Checkout;

  beforeAll(async () => {
    world = await AivenWorld.start({ kafka: true });
    checkout = await Checkout.create();
    checkout.environment = { ...world.environment, AIVEN_TOKEN: "" };
    checkout.setPorts("hybrid");
    // So that there is a notifier to run by hand.
    checkout.set("notifier.runsOn", "elsewhere", "hybrid");
    checkout.set("flink.checkpointIntervalMs", 1000, "hybrid");
  }, 2 * MINUTE);
  afterAll(async () => {
    await checkout?.npm(["run", "destroy", "--", "hybrid"]);
    checkout?.remove();
    await world?.remove();
  }, 2 * MINUTE);

  it("asks for the project, the token and a passphrase one after another and creates nothing", async () => {
    const refused = async () => (await checkout.npm(["run", "up", "--", "hybrid"])).stderr;
    checkout.environment = { ...checkout.environment, PULUMI_CONFIG_PASSPHRASE: "test" };
    expect(await refused()).toContain("aiven.project is empty, but services run on Aiven");
    checkout.set("aiven.project", "test-project", "hybrid");
    expect(await refused()).toContain("there is no token for Aiven: get one in Aiven's console");
    const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = checkout.environment;
    checkout.environment = { ...without, ...world.api.environment };
    expect(await refused()).toContain("export PULUMI_CONFIG_PASSPHRASE=<the passphrase>");
    checkout.environment = { ...checkout.environment, PULUMI_CONFIG_PASSPHRASE: "test" };
    expect([...world.api.state.services.keys()]).toEqual([]);
  });

  it("npm run cost estimates what the stack costs", async () => {
    const { code, stdout } = await checkout.npm(["run", "cost", "--", "hybrid"]);
    expect(stdout).toMatch(/hybrid-kafka +.*startup-2/);
    expect(stdout).toMatch(/hybrid-postgresql +.*startup-4/);
    expect(code).toBe(0);
  });

  it("npm run up deploys the stack", { timeout: 4 * MINUTE }, async () => {
    const { code, stdout, stderr } = await checkout.npm(["run", "up", "--", "hybrid"]);
    expect(stderr).toMatch(/✔ create kafka-service/);
    expect(stdout).toContain("The stack hybrid is up");
    expect(code).toBe(0);
  });

  it("npm run generate and npm run status work on it", { timeout: 2 * MINUTE }, async () => {
    const tenMinutes = ["--backfill", "10m", "--duration", "10m"];
    const sent = await checkout.npm(["run", "generate", "--", "--stack", "hybrid", ...tenMinutes]);
    // Ten minutes at 35 per second, less what the anomalies leave out.
    expect(sent.stdout).toMatch(/sent 2[01],\d{3} /);
    const { stdout, code } = await checkout.npm(["run", "status", "--", "hybrid"]);
    const { pipelines } = (await stackFile("hybrid")) as { pipelines: string[] };
    expect(stdout).toMatch(/hybrid-kafka +RUNNING/);
    expect(stdout).toMatch(/hybrid-postgresql +RUNNING/);
    expect(stdout.match(/ RUNNING {2}[0-9a-f]{32}/g)).toHaveLength(pipelines.length);
    expect(stdout).toMatch(/topic cpu_load_stats_real +[\d,]{5,}/);
    expect(stdout).toMatch(/dopey +90/);
    expect(stdout).not.toContain("AVNS_");
    expect(code).toBe(0);
  });

  it("npm run watch shows results", { timeout: 2 * MINUTE }, async () => {
    const patterns = [/^filter +time_ltz/m, /^thresholdFilter +time_ltz/m, /^countOverThreshold +time_ltz/m];
    const args = ["tools/run.mjs", "watch", "--stack", "hybrid", "--from-beginning"];
    const { stdout, code } = await checkout.run("node", args, { name: "SIGINT", patterns });
    for (const pattern of patterns) expect(stdout).toMatch(pattern);
    expect(code).toBe(0);
  });

  it("npm run notify posts alerts until Ctrl-C", { timeout: 2 * MINUTE }, async () => {
    const patterns = [/\*\w+\/cpu\d\* is over its threshold/];
    const args = ["tools/run.mjs", "notify", "--stack", "hybrid"];
    const { stdout, code } = await checkout.run("node", args, { name: "SIGINT", patterns });
    expect(stdout).toMatch(patterns[0] ?? /-/);
    expect(code).toBe(0);
  });

  it("the output notifier is a complete config for a notifier on any machine", {
    timeout: MINUTE,
  }, async () => {
    const { command } = await pulumiCommand(silent);
    // As in the README, the folder may have any name.
    const run = `export PULUMI_BACKEND_URL="$(node -p 'require("url").pathToFileURL(".stacks").href')?metadata=skip"
      export PATH="${dirname(command)}:$PATH"
      (umask 077; pulumi stack output notifier --show-secrets --stack hybrid > notifier.json)
      node --import tsx apps/notifier/main.ts --config notifier.json &
      sleep 8; kill -INT $!; wait $!; echo "ended with $?"; stat -c %a notifier.json`;
    const { stdout, stderr } = await checkout.run("bash", ["-c", run]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^no Slack token: messages appear here instead\n[\s\S]*ended with 0\n600\n$/);
  });

  it("npm run up changes nothing the second time", { timeout: 2 * MINUTE }, async () => {
    const { code, stdout, stderr } = await checkout.npm(["run", "up", "--", "hybrid"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/The stack hybrid is up: \d+ unchanged\./);
  });

  it("npm run destroy removes the stack", { timeout: 3 * MINUTE }, async () => {
    const { stdout, code } = await checkout.npm(["run", "destroy", "--", "hybrid"]);
    expect(stdout).toMatch(/The stack hybrid is gone: \d+ deleted\./);
    expect([...world.api.state.services.keys()]).toEqual([]);
    expect(world.api.unknownRoutes).toEqual([]);
    expect(code).toBe(0);
  });
});
