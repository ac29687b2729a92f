import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import { sourceTopic } from "../../components/pipelines.ts";
import { isAlive } from "../../provider/process/identity.ts";
import { SlackStandIn } from "../support/slack.ts";
import { CHANNEL, TOKEN } from "../support/slackWorkspace.ts";
import { TestStack } from "../support/testStack.ts";
import { produce, until } from "../support/topics.ts";

const WINDOW_MS = 30_000;
const EPOCH = Date.UTC(2026, 0, 5, 13, 0, 0);

/** From readings to messages in Slack; each test continues where the previous one stopped. */
describe.sequential("alerts", () => {
  let slack: SlackStandIn;
  let stack: TestStack;

  beforeAll(async () => {
    slack = await new SlackStandIn().start();
    stack = await TestStack.create({
      pipelines: ["aggregate", "alerts"],
      "openSearch.enabled": false,
      "kafka.partitions": 1,
      thresholds: { dopey: 90, doc: 20 },
      "slack.channel": CHANNEL,
      "slack.interval": "1s",
      "slack.apiUrl": slack.url,
    });
    await stack.stack.setConfig("slack.token", { value: TOKEN, secret: true });
    await stack.up();
  });

  afterAll(async () => {
    await stack.destroy();
    stack.remove();
    await slack.stop();
  });

  /** Sends the readings of one window, by host, and one reading that lets the window close. */
  async function send(window: number, usages: Record<string, number>): Promise<void> {
    const start = EPOCH + window * WINDOW_MS;
    const readings = Object.entries(usages).map(([hostname, usage]) => ({
      hostname,
      cpu: "cpu1",
      usage,
      occurred_at: start + 1_000,
    }));
    const closing = { hostname: "clock", cpu: "cpu1", usage: 1, occurred_at: start + WINDOW_MS + 10_000 };
    const messages = [...readings, closing].map((reading) => ({ value: JSON.stringify(reading) }));
    await produce(stack.outputs.kafka, sourceTopic, messages);
  }

  /** The messages so far, such as "red dopey 13:00:00". */
  const told = () =>
    slack.workspace.lines.map((line) =>
      line.replace(/^:(?:large_)?(\w+)_circle: \*(\w+)\/cpu1\*.*\((?:for [^,]+, )?\S+ (\S+)–.*$/, "$1 $2 $3"),
    );
  const toldSoFar = async (count: number) => {
    await until(() => told().length >= count, `message ${count}; so far ${told().join(", ")}`);
    return told();
  };

  it("reach Slack when a window closes over the threshold", async () => {
    await send(0, { dopey: 95, doc: 19 });
    const closedAt = Date.now();
    expect(await toldSoFar(1)).toEqual(["red dopey 13:00:00"]);
    console.log(
      `in Slack ${(slack.workspace.messages[0]?.at ?? 0) - closedAt} ms after the window had closed`,
    );
  });

  it("keep the token out of the state, in a file that only its owner can read", async () => {
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

  it("arrive exactly once, whatever is killed in the meantime", async () => {
    await send(1, { dopey: 96, doc: 21 });
    for (const name of ["flink-taskmanager", "notifier-process"]) {
      const server = stack.servers().find((candidate) => candidate.name === name);
      process.kill(server?.pid ?? Number.NaN, "SIGKILL");
      await until(() => server !== undefined && !isAlive(server), `the end of ${name}`);
    }
    await send(2, { dopey: 50, doc: 22 });
    await stack.up();
    await send(3, { dopey: 51, doc: 10 });
    await toldSoFar(3);
    await send(4, { dopey: 97, doc: 11 });
    expect((await toldSoFar(5)).toSorted()).toEqual([
      "green doc 13:02:00",
      "green dopey 13:01:30",
      "red doc 13:00:30",
      "red dopey 13:00:00",
      "red dopey 13:02:00",
    ]);
  });

  it("follow a threshold that is changed with psql", async () => {
    await withPostgres(stack.outputs.postgres, (client) =>
      client.query("UPDATE cpu_thresholds SET allowed_top = 5 WHERE hostname = 'doc'"),
    );
    // A row is cached for this long.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await send(5, { doc: 10 });
    expect((await toldSoFar(6)).at(-1)).toBe("red doc 13:02:30");
  });
});
