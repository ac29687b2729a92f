import { mkdirSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { NotifierOptionsError } from "../../apps/notifier/options.ts";
import type { StackOutputs } from "../../cli/engine/outputs.ts";
import { RowFormat } from "../../cli/output/rowFormat.ts";
import { describeStack } from "../../cli/output/summary.ts";
import { describeError } from "../../cli/output/terminal.ts";
import { DockerRefusal } from "../../clients/docker/errors.ts";
import { KafkaRefusal } from "../../clients/kafka/errors.ts";
import { PostgresRefusal } from "../../clients/postgres/errors.ts";
import { SettingsError } from "../../components/settings.ts";
import { percentilesOf } from "../../lib/percentiles.ts";
import { table } from "../../lib/table.ts";
import { UserError } from "../../lib/userError.ts";

const outputs: StackOutputs = {
  kafka: { bootstrapServers: "127.0.0.1:29092", security: { protocol: "PLAINTEXT" } },
  postgres: { host: "127.0.0.1", port: 25432, database: "postgres", user: "streaming", password: "hunter2" },
  flink: { webUrl: "http://127.0.0.1:28081", gatewayUrl: "http://127.0.0.1:28083" },
  generator: {
    kafka: { bootstrapServers: "127.0.0.1:29092", security: { protocol: "PLAINTEXT" } },
    options: {},
  },
  sourceTopic: "cpu_load_stats_real",
  results: {
    filter: { topic: "cpu_filter" },
    aggregate: { topic: "cpu_agg_stats" },
    count: { table: "cpu_counts" },
  },
  logs: "/stacks/local/logs",
};

describe("a row of results", () => {
  const format = (pipeline: string, fields: Record<string, unknown>) =>
    stripVTControlCharacters(new RowFormat(["filter", "aggregate"]).row({ pipeline, fields }));

  it("has the pipeline's name in a column and each field after its name", () => {
    const fields = { time_ltz: "2026-01-05 13:00:00.25", hostname: "doc", cpu: "cpu1", usage: 98.333 };
    expect(format("filter", fields)).toBe(
      "filter     time_ltz 2026-01-05 13:00:00.25Z   hostname doc      cpu cpu1  usage  98.3",
    );
  });

  it("marks its times as UTC, however their service writes them", () => {
    const fields = {
      time_ltz: "2026/01/05 13:00:51",
      window_start: "2026-01-05 13:00:30",
      time: "2026-01-05 13:00:30.5",
    };
    expect(format("filter", fields)).toBe(
      "filter     time_ltz 2026/01/05 13:00:51Z      window_start 2026-01-05 13:00:30Z  time 2026-01-05 13:00:30.5Z",
    );
    expect(format("filter", { message: "at 2026-01-05 13:00:30", offset: "20260105" })).toBe(
      "filter     message at 2026-01-05 13:00:30  offset 20260105",
    );
  });

  it("rounds only usages to a tenth and aligns them", () => {
    expect(format("aggregate", { usage_avg: 5, usage_max: 100, threshold: 20, other: 1.25 })).toBe(
      "aggregate  usage_avg   5.0  usage_max 100.0  threshold 20  other 1.25",
    );
  });

  it("shows missing values and unknown pipelines", () => {
    expect(format("other", { hostname: null, usage: null })).toBe("other      hostname null     usage null");
  });
});

describe("a line of the notifier's log", () => {
  const format = (line: string) =>
    stripVTControlCharacters(new RowFormat(["aggregate", "slack"]).alert("slack", line));

  it("appears under the notifier's name, with Slack's icons as emoji", () => {
    expect(format("to the log: :red_circle: *doc/cpu1* is over its threshold")).toBe(
      "slack      🔴 *doc/cpu1* is over its threshold",
    );
    expect(format("posted 2 changes")).toBe("slack      posted 2 changes");
  });
});

describe("latencies", () => {
  it("are summarised by nearest rank", () => {
    expect(percentilesOf(Array.from({ length: 200 }, (_, index) => 200 - index))).toEqual({
      p50: 100,
      p99: 198,
      count: 200,
    });
    expect(percentilesOf([7])).toEqual({ p50: 7, p99: 7, count: 1 });
    expect(percentilesOf([])).toBeUndefined();
  });
});

describe("the summary of a stack", () => {
  it("shows what runs where, without the password", () => {
    const text = stripVTControlCharacters(describeStack(outputs));
    for (const fact of [
      "http://127.0.0.1:28081",
      "http://127.0.0.1:28083",
      "127.0.0.1:29092",
      "127.0.0.1:25432, database postgres, user streaming",
      "topic cpu_load_stats_real",
      "/stacks/local/logs",
    ]) {
      expect(text).toContain(fact);
    }
    expect(text).toMatch(/^ +filter +topic cpu_filter$/m);
    expect(text).toMatch(/^ +aggregate +topic cpu_agg_stats$/m);
    expect(text).toMatch(/^ +count +PostgreSQL table cpu_counts$/m);
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("OpenSearch");
    const openSearch = { url: "http://127.0.0.1:9290", username: "streaming", password: "hunter2" };
    const withOpenSearch = stripVTControlCharacters(describeStack({ ...outputs, openSearch }));
    expect(withOpenSearch).toMatch(/^ +OpenSearch +http:\/\/127\.0\.0\.1:9290$/m);
    expect(withOpenSearch).not.toContain("hunter2");
  });

  it("mentions no logs if nothing runs on this machine", () => {
    expect(stripVTControlCharacters(describeStack(outputs))).toMatch(/^ +Logs/m);
    const { logs: _, ...elsewhere } = outputs;
    expect(stripVTControlCharacters(describeStack(elsewhere))).not.toMatch(/^ +Logs/m);
  });

  it("has columns as wide as their widest cell, except the last one", () => {
    const rows = [
      ["a", "bb", "c"],
      ["aaa", "b", "ccc"],
    ];
    expect(stripVTControlCharacters(table(rows))).toBe("  a    bb  c\n  aaa  b   ccc");
    expect(table([])).toBe("");
  });

  it("has room for more rows than a function takes arguments", () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => [`host-${index}`, "20"]);
    expect(stripVTControlCharacters(table(rows)).slice(0, 17)).toBe("  host-0       20");
  });
});

describe("an error on the command line", () => {
  it("is only its message if the user can fix it, and its stack trace otherwise", () => {
    expect(describeError(new UserError("The stack local is not up."))).toBe("The stack local is not up.");
    expect(describeError(new SettingsError(["kafka.port is 1"]))).toBe(
      "a setting is wrong:\n  - kafka.port is 1",
    );
    expect(describeError(new KafkaRefusal("Kafka at …"))).toBe("Kafka at …");
    expect(describeError(new PostgresRefusal("PostgreSQL at …"))).toBe("PostgreSQL at …");
    const refusal = new DockerRefusal("unix:///docker.sock", 500, "layer store is corrupt");
    expect(describeError(refusal)).toBe(refusal.message);
    const options = new NotifierOptionsError([{ name: "channel", value: 1, allowed: "a name" }]);
    expect(describeError(options)).toBe(options.message);
    expect(describeError(new RunError("the jars are not installed"))).toBe("the jars are not installed");
    expect(describeError(new TypeError("x is undefined"))).toMatch(/^TypeError: x is undefined\n {4}at /);
    expect(describeError("a text")).toBe("a text");
  });

  it("says what the system refused, where, and what to do, without a stack trace", () => {
    const refused = (code: string, message: string, syscall: string, path?: string) =>
      describeError(
        Object.assign(new Error(`${code}: ${message}`), { code, syscall, ...(path && { path }) }),
      );
    expect(refused("ENOSPC", "no space left on device, copyfile '/a' -> '/b'", "copyfile", "/a")).toMatch(
      /^ENOSPC: no space left on device, copyfile '\/a' -> '\/b'\. Make room there: npm run doctor .*directory/,
    );
    expect(refused("EACCES", "permission denied, mkdir '/p/.stacks'", "mkdir", "/p/.stacks")).toMatch(
      /^EACCES: permission denied, mkdir '\/p\/\.stacks'\. Run the command as the user to whom that belongs/,
    );
    expect(refused("EACCES", "permission denied 127.0.0.1:80", "listen")).toBe(
      "EACCES: permission denied 127.0.0.1:80",
    );
    const below = `${import.meta.filename}/.stacks`;
    const failed = attempt(() => mkdirSync(below, { recursive: true }));
    expect(describeError(failed)).toBe(
      `ENOTDIR: not a directory, mkdir '${below}'. A part of that path is a file: move it away, or use another path.`,
    );
  });
});

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
