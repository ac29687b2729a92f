import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { StackFolders } from "../../components/hosts/local/folders.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { holderOf } from "../../provider/process/ports.ts";
import { release } from "../../provider/process/supervision.ts";
import { serverFolderOf } from "../../provider/process/workingFolder.ts";
import { Checkout } from "../support/checkout.ts";
import { oddCache } from "../support/oddCache.ts";
import { addOwnPipeline, removeOwnPipeline } from "../support/ownPipeline.ts";
import { PORT_SETTINGS } from "../support/ports.ts";
import { processesOf } from "../support/processes.ts";
import { type RecordingProxy, recordingProxy } from "../support/recordingProxy.ts";
import { step } from "../support/step.ts";
import { blocksOf } from "../support/tutorial.ts";
import { perform } from "../support/tutorialSteps.ts";

/** Kafka, PostgreSQL, OpenSearch, the three Flink servers, generator, notifier and page. */
const SERVERS = 9;

/** Of the stack that is not used to test results, except those of the pipeline that docs/pipelines.md adds. */
const SECOND_PIPELINES = ["aggregate", "alerts", "filter", "hottest", "thresholdFilter"];

/** Any case may be the first to need a stack that takes more than a minute to deploy, or several in a row. */
const PATIENT = { timeout: 400_000 };

/** The commands of the README in a separate checkout, in the order a user meets them. Each case also runs alone. */
describe.sequential("the command line", PATIENT, () => {
  let checkout: Checkout;
  let proxy: RecordingProxy;
  let cache: string;
  const umask = process.umask();

  // Shell and machine settings that a user may have and that must not affect a stack.
  beforeAll(async () => {
    process.umask(0o077);
    proxy = await recordingProxy();
    checkout = await Checkout.create();
    checkout.environment = {
      LANG: "C",
      LC_ALL: "C",
      TZ: "America/New_York",
      PULUMI_BACKEND_URL: "https://api.pulumi.com",
      ...Object.fromEntries(["http_proxy", "https_proxy"].map((name) => [name, proxy.address])),
      ...Object.fromEntries(["no_proxy", "NO_PROXY"].map((name) => [name, ""])),
    };
    cache = oddCache();
  });

  afterAll(async () => {
    process.umask(umask);
    proxy?.server.close();
    // If the preparation failed, nothing else is there.
    if (checkout === undefined) return;
    const isLeft = existsSync(join(checkout.directory, ".stacks"));
    for (const stack of isLeft ? ["second", "local"] : [])
      await checkout.npm(["run", "destroy", "--", stack]);
    checkout.remove();
    if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
  });

  /** A stack whose first up was killed and completed by the next, with a cache in a folder with an arbitrary name. */
  const second = step(async () => {
    checkout.environment = { ...checkout.environment, STREAMING_CACHE: cache };
    copyFileSync(
      join(checkout.directory, "Pulumi.local.yaml"),
      join(checkout.directory, "Pulumi.second.yaml"),
    );
    addOwnPipeline(checkout.directory);
    checkout.set("generator.historyHours", 0, "second");
    checkout.set("pipelines", SECOND_PIPELINES, "second");
    // None of these pipelines writes to it.
    checkout.set("openSearch.enabled", false, "second");
    const killed = { name: "SIGKILL", patterns: [/create cpu-filter \(SqlJob\)/] } as const;
    await checkout.run("npm", ["run", "up", "--", "second"], killed);
    const status = await checkout.npm(["run", "status", "--", "second"]);
    return { status, up: await checkout.npm(["run", "up", "--", "second"]) };
  });

  const secondWithoutState = step(async () => {
    await second();
    // Flink keeps writing there during the removal.
    await vi.waitFor(
      () => rmSync(join(checkout.directory, ".stacks"), { recursive: true, force: true }),
      20_000,
    );
  });

  const deployed = step(() => {
    removeOwnPipeline(checkout.directory);
    // Java starts twice as fast from this machine's cache, which has archives of its classes.
    const { STREAMING_CACHE: _, ...environment } = checkout.environment;
    checkout.environment = environment;
    return checkout.npm(["start"]);
  });

  const status = step(async () => {
    await deployed();
    return checkout.npm(["run", "status", "--", "local"]);
  });

  const statusForPrograms = step(async () => {
    await deployed();
    return checkout.npm(["run", "--silent", "status", "--", "local", "--show-secrets", "--json"]);
  });

  const renamed = step(async () => {
    await deployed();
    const former = checkout.directory;
    checkout.directory = `${former} renamed`;
    renameSync(former, checkout.directory);
    return former;
  });

  it("reports that a stack is not up and how to deploy it", async () => {
    const { code, stderr } = await checkout.npm(["run", "status", "--", "local"]);
    expect(code).toBe(1);
    expect(stderr).toContain("The stack local is not up. npm run up -- local deploys it.");
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

  it("npm run status shows what an up has left that was killed, and how to continue", async () => {
    const { code, stdout } = (await second()).status;
    expect(stdout).toMatch(/What is there\n +(UniqueId|Password|Server) +[\w-]+\n/);
    expect(stdout).toContain(
      "npm run up -- second continues from here; npm run destroy -- second removes it.",
    );
    expect(code).toBe(1);
  });

  it("the next up completes one that was killed while it created jobs, without duplicating a job", async () => {
    const { code, stdout, stderr } = (await second()).up;
    expect(stderr).toContain("An earlier run on the stack second was killed; its lock is removed.");
    expect(stdout).toContain("The stack second is up");
    expect(code).toBe(0);
    const response = await fetch(`http://127.0.0.1:${checkout.ports[3]}/jobs/overview`);
    const { jobs } = (await response.json()) as { jobs: { name: string; state: string }[] };
    const running = jobs.filter(({ state }) => state === "RUNNING").map(({ name }) => name);
    expect(running.sort()).toEqual(SECOND_PIPELINES.map((name) => `second-${name}`));
  });

  it("a pipeline added as docs/pipelines.md describes runs like the others", async () => {
    expect((await second()).up.stdout).toMatch(/^ {4}hottest +topic cpu_hottest$/m);
    const row = /^hottest +window_start \S+ \S+ +hostname \w+ +usage_max +[\d.]+$/m;
    const { code, stdout } = await checkout.run(
      "node",
      ["tools/entry.cjs", "watch", "--stack", "second", "--from-beginning"],
      { name: "SIGINT", patterns: [row] },
    );
    expect(stdout).toMatch(row);
    expect(code).toBe(0);
  });

  it("an up whose state was lost lists what is left of the earlier stack and starts nothing", async () => {
    await secondWithoutState();
    const { code, stderr } = await checkout.npm(["run", "up", "--", "second"]);
    expect(stderr).toContain(
      "An earlier stack second left something behind that the state of this one does not know",
    );
    const folder = escaped(join(checkout.directory, ".stacks/second/flink-jobmanager"));
    expect(stderr).toMatch(
      new RegExp(`StandaloneSessionClusterEntrypoint[^\\n]*\\n +runs in ${folder}, which is gone\\n`),
    );
    if (process.getuid?.() === 0) {
      expect(stderr).toMatch(/ {2}data in \/var\/lib\/streaming-anomaly-detection\/postgres-/);
    }
    expect(stderr).toContain("npm run destroy -- second");
    expect(stderr).not.toMatch(/create /);
    expect(code).toBe(1);
    // Kafka exits if its folder is gone.
    expect(checkout.ports.map(holderOf).filter(Boolean).length).toBeGreaterThan(4);
  });

  it("npm run destroy removes what an earlier stack left behind, without its state", async () => {
    await secondWithoutState();
    const { code, stdout } = await checkout.npm(["run", "destroy", "--", "second"]);
    expect(stdout).toContain(
      "The stack second is gone: nothing to do; what an earlier stack left behind is gone, too.",
    );
    expect(code).toBe(0);
    await expectNothing(checkout);
  });

  it("npm start exits when results are flowing and shows rows of every pipeline", async () => {
    const { code, stdout, stderr } = await deployed();
    expect(stderr).toMatch(/✔ create kafka-broker/);
    // The page is available while pipelines are starting.
    expect(stderr).toMatch(/Live page: http:\/\/127.0.0.1:\d+\n(.*\n)*.*create cpu-learned/);
    expect(stderr).toMatch(/First anomaly: filter .* usage .*\n(.*\n)*✔ create cpu-learned/);
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
    // It contains the stack's secrets.
    const state = join(checkout.directory, ".stacks");
    expect(statSync(state).mode & 0o777).toBe(0o700);
    // A killed engine would leave such a file half-written, and with it the state.
    const files = readdirSync(join(state, ".pulumi"), { recursive: true }).map(String);
    expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
    expect(code).toBe(0);
  });

  it("npm run status shows servers, jobs, topics and thresholds, but secrets only on demand", async () => {
    const { code, stdout } = await status();
    expect(code).toBe(0);
    expect(stdout.match(/ running {2}pid \d+ +\d+ MB/g)).toHaveLength(SERVERS);
    expect(stdout.match(/ RUNNING {2}[0-9a-f]{32}/g)).toHaveLength(pipelineNames.length);
    expect(stdout).toMatch(/topic cpu_load_stats_real +[\d,]+/);
    expect(stdout).toMatch(/PostgreSQL table cpu_load_stats_agg_pg +\d+/);
    expect(stdout).toMatch(/OpenSearch index cpu_load_stats_real_filter_os +\d+/);
    expect(stdout).toMatch(/ongoing alerts, posted to the log +\d+/);
    expect(stdout).toMatch(/dopey +90/);
    expect(stdout).not.toContain("postgresql://");
    const shown = await statusForPrograms();
    const { healthy, postgresUrl, sections } = JSON.parse(shown.stdout);
    expect(healthy).toBe(true);
    expect(postgresUrl).toMatch(
      new RegExp(`^postgresql://streaming:[\\w-]{32}@127.0.0.1:${checkout.ports[2]}/postgres$`),
    );
    const jobs = sections.find(({ title }: { readonly title: string }) => title === "Jobs");
    expect(jobs).toEqual({
      title: "Jobs",
      rows: pipelineNames.map(() => [expect.stringMatching(/^local-/), "RUNNING", expect.any(String)]),
      troubles: [],
    });
  });

  it("npm run status names the lock that pipelines wait for and its owner, shows everything else, and exits with 1", async () => {
    await deployed();
    const { postgresUrl } = JSON.parse((await statusForPrograms()).stdout);
    const [client, observer] = [new pg.Client(postgresUrl), new pg.Client(postgresUrl)];
    await Promise.all([client.connect(), observer.connect()]);
    onTestFinished(async () => {
      await Promise.all([client.end(), observer.end()]);
    });
    await client.query("BEGIN; ALTER TABLE cpu_thresholds ADD COLUMN note text");
    // Flink needs no lookup for as long as it has the thresholds in its cache.
    const waiting =
      "SELECT FROM pg_stat_activity WHERE application_name = 'local-thresholdFilter' AND pg_blocking_pids(pid) <> '{}'";
    await vi.waitFor(async () => expect((await observer.query(waiting)).rowCount).toBeGreaterThan(0), {
      timeout: 30_000,
      interval: 200,
    });
    const started = Date.now();
    const { code, stdout } = await checkout.npm(["run", "status", "--", "local", "--show-secrets"]);
    await client.query("ROLLBACK");
    expect(stdout).toContain(postgresUrl);
    expect(stdout).toMatch(
      /did not get a lock within 3 s: cpu_thresholds is locked by the session with pid \d+ \(user streaming, from 127\.0\.0\.1\)/,
    );
    expect(stdout).toMatch(/waits? for a lock \(.*local-thresholdFilter.*\): cpu_thresholds is locked by/);
    expect(stdout).toMatch(
      /ALTER TABLE cpu_thresholds ADD COLUMN note text\. End .* SELECT pg_terminate_backend/,
    );
    expect(stdout.match(/ running {2}pid \d+ +\d+ MB/g)).toHaveLength(SERVERS);
    expect(stdout).toMatch(/topic cpu_load_stats_real +[\d,]+/);
    expect(code).toBe(1);
    expect(Date.now() - started).toBeLessThan(90_000);
  });

  it("npm run generate sends the requested readings and refuses invalid options", async () => {
    await deployed();
    const sent = await checkout.npm(["run", "generate", "--", "--backfill", "10m", "--count", "1000"]);
    expect(sent.stdout).toContain("sent 1,000 ");
    expect(sent.code).toBe(0);
    const refused = await checkout.npm(["run", "generate", "--", "--rate", "none", "--count", "-1"]);
    expect(refused.stderr).toMatch(/rate: "none"; allowed: .*\n\s*count: "-1"; allowed:/);
    expect(refused.code).toBe(2);
  });

  it("npm run watch follows the results until Ctrl-C", async () => {
    await deployed();
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

  it("npm run watch exits silently when its output is no longer read", async () => {
    await deployed();
    const piped = "node tools/run.mjs watch --from-beginning | head -n 2";
    const { code, stdout, stderr } = await checkout.run("bash", ["-o", "pipefail", "-c", piped]);
    expect(stdout.trim().split("\n")).toHaveLength(2);
    expect(stderr.trim()).toBe(
      "Results of the stack local, as they are committed, with times in UTC. Ctrl-C ends this.",
    );
    expect(code).toBe(0);
  });

  it("npm run notify stands by until Ctrl-C as long as the stack's own notifier is active", async () => {
    await deployed();
    const { code, stdout } = await checkout.run("node", ["tools/run.mjs", "notify"], {
      name: "SIGINT",
      patterns: [/another notifier of the group local-notifier is active; standing by/],
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

  it("the tutorial's commands and statements behave and print as docs/tutorial.md says", async () => {
    const done = {
      "npm start": (await deployed()).stdout,
      "npm run status -- local": (await status()).stdout,
    };
    const client = new pg.Client(JSON.parse((await statusForPrograms()).stdout).postgresUrl);
    await client.connect();
    const page = readFileSync(join(checkout.directory, "docs/tutorial.md"), "utf8");
    const port = String(checkout.ports[PORT_SETTINGS.indexOf("openSearch.port")]);
    try {
      for (const block of blocksOf(page.replaceAll("9290", port))) {
        await perform(block, { checkout, client, done });
      }
    } finally {
      await client.end();
    }
  });

  it("an up on taken ports names each, its holder and the setting that changes it, and creates nothing", async () => {
    // Otherwise the ports would be free.
    expect((await deployed()).code).toBe(0);
    const other = await Checkout.create();
    const [kafka, , postgres] = checkout.ports;
    other.set("kafka.port", kafka);
    other.set("postgres.port", postgres);
    const { code, stderr } = await other.npm(["run", "up", "--", "local"]);
    const status = await other.npm(["run", "status", "--", "local"]);
    other.remove();
    for (const [port, program, setting] of [
      [kafka, "java", "kafka.port"],
      [postgres, "postgres", "postgres.port"],
    ]) {
      expect(stderr).toMatch(
        new RegExp(
          `Port ${port} is in use by process \\d+ \\(.*${program}.*with its data in .*or set ${setting} to a free port`,
        ),
      );
    }
    expect(stderr).not.toMatch(/create /);
    expect(code).toBe(1);
    expect(status.stderr).toContain("The stack local is not up.");
  });

  it("npm run watch reports in one sentence which service is down and which command restarts it", async () => {
    await deployed();
    for (const [server, port] of [
      ["Kafka", checkout.ports[0]],
      ["PostgreSQL", checkout.ports[2]],
    ] as const) {
      const pid = Number(/^process (\d+)/.exec(holderOf(port ?? 0) ?? "")?.[1]);
      // Otherwise it would come back without help.
      await release(serverFolderOf(pid)?.path ?? "");
      process.kill(pid, "SIGKILL");
      const { code, stderr } = await checkout.npm(["run", "watch"]);
      expect(stderr).toContain(
        `${server} at 127.0.0.1:${port} does not answer (ECONNREFUSED). npm run status -- local shows what runs; npm run up -- local restarts what has died.`,
      );
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(code).toBe(1);
    }
  });

  it("an up in a renamed project folder reports where the data is and starts nothing", async () => {
    const former = await renamed();
    const { code, stderr } = await checkout.npm(["run", "up", "--", "local"]);
    expect(stderr).toContain(
      `The stack local was deployed for another folder than ${checkout.directory}/.stacks/local`,
    );
    expect(stderr).toContain(`\n  ${former}/.stacks/local/kafka\n`);
    expect(stderr).toMatch(/To keep the data, end its servers \(kill( \d+)+\), put the folder's name/);
    expect(stderr).not.toMatch(/create |replace /);
    expect(code).toBe(1);
  });

  it("npm run destroy leaves no process, port or file, even in a renamed project folder", async () => {
    const former = await renamed();
    const { code, stdout } = await checkout.npm(["run", "destroy", "--", "local"]);
    expect(stdout).toMatch(/The stack local is gone: \d+ deleted[.;]/);
    expect(code).toBe(0);
    await expectNothing(checkout, former);
    expect(existsSync(former)).toBe(false);
  });

  it("no request to this machine went through a proxy", () => {
    expect(proxy.asked.filter((what) => /127\.0\.0\.1|localhost/.test(what))).toEqual([]);
  });
});

/** Nothing of a stack is left, wherever its checkout was deployed. */
async function expectNothing(checkout: Checkout, directory = checkout.directory): Promise<void> {
  expect(checkout.ports.map(holderOf).filter(Boolean)).toEqual([]);
  expect(existsSync(join(checkout.directory, ".stacks"))).toBe(false);
  const stacks = ["second", "local"].map((name) => new StackFolders(join(directory, ".stacks", name)));
  const data = stacks.map((folders) => folders.dataOfOtherUser("postgres"));
  expect(data.filter((path) => existsSync(path))).toEqual([]);
  // A supervisor looks once a second whether its server is still wanted.
  const folders = [checkout.directory, directory, ...data];
  await vi.waitFor(() => expect(processesOf(folders)).toEqual([]), { timeout: 30_000, interval: 200 });
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
