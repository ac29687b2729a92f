import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipelineNames } from "../../components/pipelines.ts";
import { holderOf } from "../../provider/process/ports.ts";
import { Checkout } from "../support/checkout.ts";

/** The commands of the README in a checkout of its own, in the order in which a user meets them. */
describe.sequential("the command line", () => {
  let checkout: Checkout;

  beforeAll(async () => {
    checkout = await Checkout.create();
  });

  afterAll(async () => {
    await checkout.npm(["run", "destroy", "--", "local"]);
    checkout.remove();
  });

  it("says that a stack is not up, and how to stand it up", async () => {
    const { code, stderr } = await checkout.npm(["run", "status", "--", "local"]);
    expect(code).toBe(1);
    expect(stderr).toContain("The stack local is not up. npm run up -- local stands it up.");
    expect(existsSync(join(checkout.directory, ".stacks"))).toBe(false);
  });

  it("names every wrong setting before anything starts", async () => {
    const file = readFileSync(join(checkout.directory, "Pulumi.local.yaml"), "utf8");
    checkout.set("flink.parallelism", "many");
    checkout.set("kafka.prot", 1234);
    const { code, stderr } = await checkout.npm(["start"]);
    expect(code).toBe(1);
    expect(stderr).toContain('flink.parallelism is "many"; allowed is a whole number from 1 to 16');
    expect(stderr).toContain("kafka.prot: no such setting");
    expect(stderr).not.toMatch(/\n\s+at /);
    writeFileSync(join(checkout.directory, "Pulumi.local.yaml"), file);
  });

  it("an up that is killed while it creates jobs is finished by the next, each job once", async () => {
    const killed = { name: "SIGKILL", patterns: [/create cpu-filter \(SqlJob\)/] } as const;
    await checkout.run("npm", ["run", "up", "--", "local"], killed);
    const { code, stdout, stderr } = await checkout.npm(["run", "up", "--", "local"]);
    expect(stderr).toContain("An earlier run on the stack local was killed; its lock is removed.");
    expect(stdout).toContain("The stack local is up");
    expect(code).toBe(0);
    const response = await fetch(`http://127.0.0.1:${checkout.ports[3]}/jobs/overview`);
    const { jobs } = (await response.json()) as { jobs: { name: string; state: string }[] };
    const running = jobs.filter(({ state }) => state === "RUNNING").map(({ name }) => name);
    expect(running.sort()).toEqual(pipelineNames.map((name) => `local-${name}`).sort());
    await checkout.npm(["run", "destroy", "--", "local"]);
  });

  it("npm start ends by itself once results are flowing, and shows rows of every pipeline", async () => {
    const { code, stdout, stderr } = await checkout.npm(["start"]);
    expect(stderr).toMatch(/✔ create kafka-broker/);
    expect(stdout).toContain("results are flowing");
    for (const row of [
      /^ {2}filter +time_ltz [\d-]+ [\d:.]+Z +hostname/m,
      /^ {2}aggregate +window_start/m,
      /^ {2}thresholdFilter .* threshold \d+/m,
      /^ {2}countOverThreshold +time_ltz [\d-]+ [\d:.]+Z +nr_cpus_over_threshold \d+/m,
      /^ {2}notify .* message host:\w+ CPU: cpu\d avg CPU value:[\d.]+ over the threshold \d+/m,
      /^ {2}trend .* usage_first/m,
    ]) {
      expect(stdout).toMatch(row);
    }
    expect(stdout).toContain(`http://127.0.0.1:${checkout.ports[3]}`);
    expect(stdout).toContain("npm run destroy -- local");
    // It holds the stack's secrets.
    const state = join(checkout.directory, ".stacks");
    expect(statSync(state).mode & 0o777).toBe(0o700);
    // A killed engine would leave such a file half written, and the state with it.
    const files = readdirSync(state, { recursive: true }).map(String);
    expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
    expect(code).toBe(0);
  });

  it("npm run up changes nothing the second time", async () => {
    const { code, stdout } = await checkout.npm(["run", "up", "--", "local"]);
    expect(stdout).toMatch(/The stack local is up: \d+ unchanged\./);
    expect(code).toBe(0);
  });

  it("npm run status shows servers, jobs, topics and thresholds, and secrets only on demand", async () => {
    const { code, stdout } = await checkout.npm(["run", "status", "--", "local"]);
    expect(code).toBe(0);
    expect(stdout.match(/ running {2}pid \d+ {2}\d+ MB/g)).toHaveLength(8);
    expect(stdout.match(/ RUNNING {2}[0-9a-f]{32}/g)).toHaveLength(pipelineNames.length);
    expect(stdout).toMatch(/topic cpu_load_stats_real +[\d,]+/);
    expect(stdout).toMatch(/PostgreSQL table cpu_load_stats_agg_pg +\d+/);
    expect(stdout).toMatch(/OpenSearch index cpu_load_stats_real_filter_os +\d+/);
    expect(stdout).toMatch(/CPUs over their threshold +\d+/);
    expect(stdout).toMatch(/dopey +90/);
    expect(stdout).not.toContain("postgresql://");
    const shown = await checkout.npm(["run", "status", "--", "local", "--show-secrets"]);
    expect(shown.stdout).toMatch(
      new RegExp(`postgresql://streaming:[\\w-]{32}@127.0.0.1:${checkout.ports[2]}/postgres`),
    );
  });

  it("npm run status names the lock that the pipelines wait for and its owner, shows the rest, and ends with 1", async () => {
    const shown = await checkout.npm(["run", "status", "--", "local", "--show-secrets"]);
    const client = new pg.Client(/postgresql:\S+/.exec(shown.stdout)?.[0]);
    await client.connect();
    await client.query("BEGIN; ALTER TABLE cpu_thresholds ADD COLUMN note text");
    const started = Date.now();
    const { code, stdout } = await checkout.npm(["run", "status", "--", "local"]);
    await client.query("ROLLBACK");
    await client.end();
    expect(stdout).toMatch(
      /did not get a lock within 3 s: cpu_thresholds is locked by the session with pid \d+ \(user streaming, from 127\.0\.0\.1\)/,
    );
    expect(stdout).toMatch(/wait for a lock \(.*local-thresholdFilter.*\): cpu_thresholds is locked by/);
    expect(stdout).toMatch(
      /ALTER TABLE cpu_thresholds ADD COLUMN note text\. End .* SELECT pg_terminate_backend/,
    );
    expect(stdout.match(/ running {2}pid \d+ {2}\d+ MB/g)).toHaveLength(8);
    expect(stdout).toMatch(/topic cpu_load_stats_real +[\d,]+/);
    expect(code).toBe(1);
    expect(Date.now() - started).toBeLessThan(45_000);
  });

  it("npm run generate sends what it is asked for, and refuses what makes no sense", async () => {
    const sent = await checkout.npm(["run", "generate", "--", "--backfill", "10m", "--count", "1000"]);
    expect(sent.stdout).toContain("sent 1,000 ");
    expect(sent.code).toBe(0);
    const refused = await checkout.npm(["run", "generate", "--", "--rate", "none", "--count", "-1"]);
    expect(refused.stderr).toMatch(/rate: "none"; allowed: .*\n\s*count: "-1"; allowed:/);
    expect(refused.code).toBe(1);
  });

  it("npm run watch follows the results until Ctrl-C", async () => {
    const rows = [
      /^thresholdFilter +time_ltz/m,
      /^aggregate +window_start/m,
      /^filter +time_ltz/m,
      /^countOverThreshold +time_ltz/m,
      /^slack +(🔴|:red_circle:) \*\w+\/cpu\d\* is over its threshold/m,
    ];
    const { code, stdout } = await checkout.run("node", ["tools/run.mjs", "watch", "--from-beginning"], {
      name: "SIGINT",
      patterns: rows,
    });
    for (const row of rows) expect(stdout).toMatch(row);
    expect(code).toBe(0);
  });

  it("npm run watch ends without a word when nobody reads it any more", async () => {
    const piped = "node tools/run.mjs watch --from-beginning | head -n 2";
    const { code, stdout, stderr } = await checkout.run("bash", ["-o", "pipefail", "-c", piped]);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stderr.trim()).toBe(
      "Results of the stack local, as they are committed, with times in UTC. Ctrl-C ends this.",
    );
    expect(code).toBe(0);
  });

  it("npm run notify stands by while the stack's own notifier is at work, until Ctrl-C", async () => {
    const { code, stdout } = await checkout.run("node", ["tools/run.mjs", "notify"], {
      name: "SIGINT",
      patterns: [/another notifier of the group local-notifier is at work; standing by/],
    });
    expect(stdout).toContain("standing by");
    expect(code).toBe(0);
  });

  it("npm run cost needs no stack", async () => {
    const { code, stdout } = await checkout.npm(["run", "cost", "--", "local"]);
    expect(stdout).toMatch(/Flink .* 0\.00 {2}runs on this machine/);
    expect(stdout).toMatch(/Total +0\.000 +0\.00/);
    expect(code).toBe(0);
  });

  it("a taken port is named, with the setting that moves it and who holds it", async () => {
    const other = await Checkout.create();
    other.set("kafka.port", checkout.ports[0]);
    const { code, stderr } = await other.npm(["run", "up", "--", "local"]);
    const status = await other.npm(["run", "status", "--", "local"]);
    await other.npm(["run", "destroy", "--", "local"]);
    other.remove();
    expect(status.stdout).toMatch(/What is there\n.*Password/);
    expect(status.stdout).toContain(
      "npm run up -- local goes on from here; npm run destroy -- local removes it.",
    );
    expect(status.code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `port ${checkout.ports[0]} is taken by process \\d+ \\(.*java.*set kafka.port to a free port`,
      ),
    );
    expect(code).toBe(1);
  });

  it("npm run watch ends with a sentence when a service is down, with the command that starts it again", async () => {
    for (const [server, port] of [
      ["Kafka", checkout.ports[0]],
      ["PostgreSQL", checkout.ports[2]],
    ] as const) {
      const pid = /^process (\d+)/.exec(holderOf(port ?? 0) ?? "")?.[1];
      process.kill(Number(pid), "SIGKILL");
      const { code, stderr } = await checkout.npm(["run", "watch"]);
      expect(stderr).toContain(
        `${server} at 127.0.0.1:${port} does not answer (ECONNREFUSED). npm run status -- local shows what runs; npm run up -- local starts again what has died.`,
      );
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    }
  });

  it("npm run destroy leaves no process, port or file", async () => {
    const { code, stdout } = await checkout.npm(["run", "destroy", "--", "local"]);
    expect(stdout).toMatch(/The stack local is gone: \d+ deleted\./);
    expect(code).toBe(0);
    expect(checkout.ports.map(holderOf).filter(Boolean)).toEqual([]);
    expect(existsSync(join(checkout.directory, ".stacks"))).toBe(false);
  });
});
