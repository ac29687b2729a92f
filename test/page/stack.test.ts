import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import { sourceTopic } from "../../components/pipelines.ts";
import { residentMegabytes } from "../../provider/process/memory.ts";
import { buildPage } from "../support/page/fakePage.ts";
import { checkpointsOf, FreshnessWatch } from "../support/page/freshness.ts";
import { browserHere, openBrowser, screenshot, troublesOf } from "../support/page/openBrowser.ts";
import { SlackStandIn } from "../support/slack.ts";
import { CHANNEL, TOKEN } from "../support/slackWorkspace.ts";
import { TestStack } from "../support/testStack.ts";
import { produce, until } from "../support/topics.ts";

const browser = browserHere();
const WIDE = { width: 1440, height: 1000 };
/** No readings. */
const LOST = Array.from({ length: 5 }, (_, index) => `{lost ${index}`);
/** What an alert shows. */
const ALERT = "doc/cpu6";

/** The page of a real stack, in a real browser; each case continues where the previous one stopped. */
describe.skipIf(browser === undefined).sequential("the page of a stack", () => {
  let stack: TestStack;
  let chromium: Browser;
  let page: Page;
  let troubles: string[];
  let slack: SlackStandIn;
  let freshness: FreshnessWatch;
  let checkpoints: number[];

  beforeAll(async () => {
    await buildPage();
    slack = await new SlackStandIn().start();
    stack = await TestStack.create({
      pipelines: ["filter", "aggregate", "thresholdFilter", "alerts", "quarantine"],
      "openSearch.enabled": false,
      "kafka.partitions": 1,
      "generator.enabled": true,
      // Enough for the picture in README.
      "generator.historyHours": 1,
      "page.enabled": true,
      "slack.channel": CHANNEL,
      "slack.interval": "1s",
      "slack.apiUrl": slack.url,
    });
    await stack.stack.setConfig("slack.token", { value: TOKEN, secret: true });
    const [, opened] = await Promise.all([stack.up(), browser && openBrowser(browser)]);
    if (opened === undefined) throw new Error("there is no browser");
    chromium = opened;
    page = await chromium.newPage({ viewport: WIDE });
    troubles = troublesOf(page, stack.outputs.pageUrl ?? "");
  });

  afterAll(async () => {
    await chromium?.close();
    await stack?.destroy();
    stack?.remove();
    await slack?.stop();
  });

  it("shows data within 2 seconds", async () => {
    // The generator's backfilled readings produce windows at once.
    const hosts = async () => {
      await page.goto(stack.outputs.pageUrl ?? "");
      return page
        .waitForFunction(() => document.querySelectorAll(".lanes tbody tr").length === 7, undefined, {
          timeout: 10_000,
        })
        .then(
          () => true,
          () => false,
        );
    };
    await until(hosts, "seven hosts");
    // While Flink is starting its jobs, the processor is busy: the shortest of these is the page's own time.
    const taken: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const startedAt = Date.now();
      await page.goto(stack.outputs.pageUrl ?? "");
      await page.waitForSelector(".lanes td .cell.calm");
      taken.push(Date.now() - startedAt);
    }
    console.log(`first paint with data after ${taken.join(", ")} ms`);
    expect(Math.min(...taken)).toBeLessThan(2_000);
  });

  it("reports that all is well and what each pipeline does", async () => {
    await page.waitForSelector(".verdict.good", { timeout: 60_000 });
    const jobs = await page.locator(".pipeline tbody tr:not(.unwell) th").allInnerTexts();
    expect(jobs.map((text) => text.replace("●", "").trim()).sort()).toEqual(
      ["aggregate", "alerts", "filter", "quarantine", "thresholdFilter"].sort(),
    );
    expect(await page.locator("body").innerText()).not.toMatch(/NaN|undefined|null/);
  });

  it("raises an alert when a threshold is edited on it, and shows when the pipelines use it", async () => {
    await page.getByRole("button", { name: "dopey", exact: true }).click();
    const chart = page.locator('.chart[aria-label^="CPU usage of dopey"][aria-label*="newest average"]');
    const [, average] = /newest average ([\d.]+)/.exec((await chart.getAttribute("aria-label")) ?? "") ?? [];
    await page.getByRole("button", { name: "Show all hosts instead of dopey" }).click();
    // Whatever the hour of the generator's day, one of its CPUs is over this.
    const threshold = Math.max(1, Math.round(Number(average) / 2));
    await page.getByRole("button", { name: /threshold of dopey/ }).click();
    await page.getByLabel("Threshold of dopey, in percent").fill(String(threshold));
    await page.getByText(/would have raised (no|\d+) alerts?/).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    const row = page.locator(".thresholds > li", { hasText: "dopey" });
    await row.getByRole("button", { name: `now ${threshold} %` }).waitFor({ timeout: 5_000 });
    await row.getByText("used by the pipelines").waitFor({ state: "attached", timeout: 10_000 });
    await page.locator(".episode.firing", { hasText: "dopey/" }).first().waitFor({ timeout: 60_000 });
    const { rows } = await withPostgres(stack.outputs.postgres, (client) =>
      client.query("SELECT allowed_top FROM cpu_thresholds WHERE hostname = 'dopey'"),
    );
    expect(rows).toEqual([{ allowed_top: threshold }]);
    await until(() => slack.workspace.lines.some((line) => line.includes("*dopey/")), "dopey in Slack");
  });

  it("can be looked at after the run, in both themes and on a narrow screen", async () => {
    await page.locator(".uplot canvas").nth(1).waitFor();
    await page.waitForSelector(".verdict.good", { timeout: 60_000 });
    await page.mouse.move(0, 0);
    await page.waitForFunction(() => document.getAnimations().length === 0);
    // README shows this one. To update it, copy it to docs/page.png.
    await screenshot(page, "page");
    await page.emulateMedia({ colorScheme: "dark" });
    await screenshot(page, "page-dark");
    await page.setViewportSize({ width: 360, height: 780 });
    await screenshot(page, "page-narrow");
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(WIDE);
  });

  it("writes a silence with its reason where the notifier looks for it", async () => {
    await page
      .locator(".episode.firing", { hasText: "dopey/" })
      .first()
      .getByRole("button", { name: /^Silence/ })
      .click();
    await page.locator("form.edit select").first().selectOption("all of dopey");
    await page.getByLabel("because").fill("maintenance; DROP TABLE cpu_silences; --'");
    await page.locator("form.edit").getByRole("button", { name: "Silence", exact: true }).click();
    await page.locator(".episode.silenced", { hasText: "dopey/" }).first().waitFor();
    expect(await page.locator(".episode.firing", { hasText: "dopey/" }).count()).toBe(0);
    const { rows } = await withPostgres(stack.outputs.postgres, (client) =>
      client.query("SELECT hostname, cpu, rule, reason, until > now() AS holds FROM cpu_silences"),
    );
    expect(rows).toEqual([
      {
        hostname: "dopey",
        cpu: null,
        rule: null,
        reason: "maintenance; DROP TABLE cpu_silences; --'",
        holds: true,
      },
    ]);
  });

  it("shows which messages were refused", async () => {
    await produce(stack.outputs.kafka, sourceTopic, [{ value: "{no reading" }]);
    await page.locator(".reasons td").first().waitFor({ timeout: 30_000 });
    await page.locator("details summary").click();
    await page.locator(".examples", { hasText: "{no reading" }).waitFor();
    const topics = ["cpu_load_stats_real_quarantine", "cpu_alerts"];
    freshness = await FreshnessWatch.start(page, stack.outputs.kafka, topics);
    await freshness.follow([...LOST, ALERT]);
  });

  it("stops messages for what it has silenced, while other alerts are sent", async () => {
    // The notifier looks for silences every few seconds.
    await sleep(5_000);
    const told = slack.workspace.lines.filter((line) => line.includes("*dopey/")).length;
    const readings = ["dopey", "doc"].map((hostname) => ({
      hostname,
      cpu: "cpu6",
      usage: 95,
      occurred_at: Date.now(),
    }));
    await produce(
      stack.outputs.kafka,
      sourceTopic,
      readings.map((reading) => ({ value: JSON.stringify(reading) })),
    );
    for (const value of LOST) {
      await produce(stack.outputs.kafka, sourceTopic, [{ value }]);
      // Some time between two checkpoints.
      await sleep(1_300);
    }
    for (const text of LOST) await page.locator(".examples", { hasText: text }).waitFor();
    // While the JobManager still knows the checkpoints of that time.
    checkpoints = await checkpointsOf(stack.outputs.flink.webUrl, "test-quarantine", Date.now());
    const isTold = (host: string) => slack.workspace.lines.some((line) => line.includes(`*${host}/cpu6*`));
    await page.locator(".episode.silenced", { hasText: "dopey/cpu6" }).waitFor({ timeout: 90_000 });
    await until(() => isTold("doc"), "doc in Slack");
    // Two more polls by the notifier.
    await sleep(2_500);
    expect(isTold("dopey")).toBe(false);
    expect(slack.workspace.lines.filter((line) => line.includes("*dopey/")).length).toBe(told);
  });

  it("shows results within a second of the checkpoint that publishes them", async () => {
    const lost = await Promise.all(LOST.map((text) => freshness.of(text)));
    const found = [...lost, await freshness.of(ALERT)];
    // What was drawn before it was read was read late.
    const after = () => found.map(({ readAt, drawnAt }) => drawnAt - readAt).filter((ms) => ms >= 0);
    // A machine that is busy with other tests delays some of them, perhaps all: then further ones are sent.
    const giveUpAt = Date.now() + 60_000;
    while (Math.min(...after()) >= 1_000 && Date.now() < giveUpAt) {
      const value = `{lost later ${found.length}}`;
      await freshness.follow([value]);
      await produce(stack.outputs.kafka, sourceTopic, [{ value }]);
      found.push(await freshness.of(value));
    }
    await freshness.stop();
    const since = found.map(({ writtenAt, drawnAt }) => drawnAt - writtenAt);
    console.log(
      `drawn ${after().join(", ")} ms after they could be read, ${since.join(", ")} after they were written`,
    );
    expect(Math.min(...after())).toBeLessThan(1_000);
    for (const { text, writtenAt, readAt, drawnAt } of lost) {
      const publicAt = Math.min(readAt, drawnAt);
      const between = checkpoints.filter((at) => at > writtenAt && at < publicAt).length;
      // The checkpoint that publishes it; the previous one may have been completed just after it was written.
      expect([text, between]).toEqual([text, expect.toSatisfy((count) => count === 1 || count === 2)]);
    }
  });

  it("is drawn from metrics that Prometheus can also read", async () => {
    const metrics = async () => (await fetch(`${stack.outputs.pageUrl}/metrics`)).text();
    expect(await metrics()).toContain('streaming_up{part="Flink",stack="test"} 1');
    // The generator's devices are rarely over the filter's 80 percent.
    const latency = /streaming_latency_seconds\{of="filter",quantile="0.5",stack="test"\} [\d.]+/;
    const shown = async () => {
      const reading = { hostname: "dopey", cpu: "cpu0", usage: 95, occurred_at: Date.now() };
      await produce(stack.outputs.kafka, sourceTopic, [{ value: JSON.stringify(reading) }]);
      return latency.test(await metrics());
    };
    await until(shown, "the latency of a reading that passes the filter");
  });

  it("gives the browser no password and no token", async () => {
    const stop = new AbortController();
    const url = stack.outputs.pageUrl;
    const { body } = await fetch(`${url}/api/events`, { signal: stop.signal });
    let text = await (await fetch(`${url}/metrics`)).text();
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes("event: tick")) break;
    }
    stop.abort();
    expect(text).toContain("readingsPerSecond");
    for (const secret of [stack.outputs.postgres.password, TOKEN]) expect(text).not.toContain(secret);
  });

  it("has its Slack token not in the engine's state, but in a file that only its owner can read", () => {
    // Only the engine's folder: Flink deletes checkpoints meanwhile.
    const engine = readdirSync(join(stack.directory, ".pulumi"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .map((file) => join(".pulumi", file));
    const state = [...engine, "Pulumi.test.yaml"].map((file) =>
      readFileSync(join(stack.directory, file), "utf8"),
    );
    expect(state.some((text) => text.includes("notifier-process"))).toBe(true);
    expect(state.filter((text) => text.includes(TOKEN)).length).toBe(0);
    const notifier = stack.servers().find(({ name }) => name === "notifier-process");
    const mode = statSync(join(notifier?.directory ?? "", "config.json")).mode;
    expect(mode & 0o777).toBe(0o600);
  });

  it("reports within 5 seconds that the TaskManager is gone, and that it is back", async () => {
    const report = page.getByText(
      /Flink: (A TaskManager has not answered|Flink has no TaskManager|No pipeline|The pipelines? )/,
    );
    const measure = async () => {
      await page.waitForSelector(".verdict.good", { timeout: 60_000 });
      const taskManager = stack.servers().find(({ name }) => name === "flink-taskmanager");
      const killedAt = Date.now();
      process.kill(taskManager?.pid ?? Number.NaN, "SIGKILL");
      await report.waitFor();
      const ms = Date.now() - killedAt;
      await stack.up();
      await page.waitForSelector(".verdict.good", { timeout: 90_000 });
      return ms;
    };
    const taken = [await measure()];
    // On a busy machine, one can be drawn late. The page itself takes 4.5 s at most.
    while (Math.min(...taken) > 5_000 && taken.length < 3) taken.push(await measure());
    console.log(`reported ${taken.join(", ")} ms after the kill`);
    expect(Math.min(...taken)).toBeLessThanOrEqual(5_000);
  }, 400_000);

  it("keeps showing its data while its server is gone, and recovers without a reload", async () => {
    const server = stack.servers().find(({ name }) => name === "page-process");
    process.kill(server?.pid ?? Number.NaN, "SIGKILL");
    await page.getByText("Disconnected.").waitFor({ timeout: 10_000 });
    expect(await page.locator(".page.stale .lanes tbody tr.host").count()).toBe(7);
    await stack.up();
    await page.locator(".page:not(.stale)").waitFor({ timeout: 15_000 });
  });

  it("needs at most 150 MB of memory for its server", async () => {
    const server = stack.servers().find(({ name }) => name === "page-process");
    const megabytes = residentMegabytes(server?.pid ?? Number.NaN);
    console.log(`the page's server takes ${megabytes} MB`);
    expect(megabytes).toBeGreaterThan(0);
    expect(megabytes).toBeLessThanOrEqual(150);
  });

  it("has caused no error, no refused script and no request to another server", () => {
    expect(troubles).toEqual([]);
  });
});
