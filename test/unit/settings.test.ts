import { describe, expect, it } from "vitest";
import { parseNotifierOptions } from "../../apps/notifier/options.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { definitions, readSettings, SettingsError } from "../../components/settings.ts";
import { parseDuration } from "../../lib/duration.ts";

const PROJECT_NAME = "streaming-anomaly-detection";

/** Settings of the project, given without its name, as the engine passes them. */
const read = (config: Record<string, string>) =>
  readSettings(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`${PROJECT_NAME}:${key}`, value])),
    PROJECT_NAME,
  );

function problemsOf(config: Record<string, string>): readonly string[] {
  try {
    read(config);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

const defaults = {
  ...Object.fromEntries(Object.entries(definitions).map(([key, value]) => [key, value.default])),
  pipelines: pipelineNames,
};

describe("settings", () => {
  it("have their defaults if nothing is given", () => {
    expect(read({})).toEqual(defaults);
  });

  it.each(Object.entries(definitions))("have a valid default for %s", (_key, definition) => {
    expect(definition.parse(definition.default)).toEqual(definition.default);
  });

  it("are read from text, lists and objects from JSON", () => {
    const given = {
      directory: "/var/stacks",
      pipelines: '["aggregate"]',
      thresholds: '{"doc":0,"web-1":100}',
      "kafka.port": "19092",
      "generator.enabled": "false",
    };
    expect(read(given)).toEqual({
      ...defaults,
      directory: "/var/stacks",
      pipelines: ["aggregate"],
      thresholds: { doc: 0, "web-1": 100 },
      "kafka.port": 19092,
      "generator.enabled": false,
    });
  });

  it("of other projects and of the engine are ignored", () => {
    const others = {
      "aws:region": "eu-west-1",
      "pulumi:tags": "{}",
      "streaming-anomaly-detection2:kafka.port": "1",
    };
    expect(readSettings(others, PROJECT_NAME)).toEqual(defaults);
  });

  it("may be nested, and the dotted form wins, whatever the order", () => {
    const nested = { kafka: '{"port":19092,"partitions":7}' };
    expect(read(nested)).toEqual({ ...defaults, "kafka.port": 19092, "kafka.partitions": 7 });
    const both = { ...defaults, "kafka.port": 19093, "kafka.partitions": 7 };
    expect(read({ ...nested, "kafka.port": "19093" })).toEqual(both);
    expect(read({ "kafka.port": "19093", ...nested })).toEqual(both);
  });
});

describe("wrong settings", () => {
  it("are all listed at once, each with its key, its value and what is allowed", () => {
    const wrong = {
      "kafka.prot": "19092",
      flink: '{"parallelism":0,"slots":4}',
      "kafka.partitions": "many",
      "generator.enabled": "yes",
      pipelines: '["filter","filtre"]',
      thresholds: '{"doc":101}',
      "postgres.port": "80",
    };
    const names = Object.keys(definitions).join(", ");
    const pipelines = pipelineNames.join(", ");
    const problems = [
      `flink.slots, kafka.prot: no such setting; there are ${names}`,
      `pipelines is ["filter","filtre"]; allowed is a list of all, ${pipelines}, each at most once, at least 1`,
      'thresholds is {"doc":101}; allowed is host names (1 to 253 characters without control characters, not all of them blanks) with percent from 0 to 100 with at most two decimals, such as { doc: 20, grumpy: 82.5 }',
      'kafka.partitions is "many"; allowed is a whole number from 1 to 100',
      "postgres.port is 80; allowed is a whole number from 1024 to 65535",
      "flink.parallelism is 0; allowed is a whole number from 1 to 16",
      'generator.enabled is "yes"; allowed is true or false',
    ];
    expect([...problemsOf(wrong)].sort()).toEqual([...problems].sort());
    expect(() => read(wrong)).toThrow(/^7 settings are wrong:\n {2}- .*\n {2}- /);
  });

  it("are listed without a number if there is only one", () => {
    expect(() => read({ "kafka.port": "1" })).toThrow(
      /^a setting is wrong:\n {2}- kafka\.port is 1; allowed is a whole number from 1024 to 65535$/,
    );
  });

  it.each([
    ["kafka.port", ["1023", "65536", "1024.5", '"29092"', "-1", "null", "true", "[29092]"]],
    ["openSearch.port", ["9200", "9300"]],
    ["generator.enabled", ["0", "1", '"true"', "null"]],
    ["generator.backfillMinutes", ["-1", "1441"]],
    ["pipelines", ["[]", '["filter","filter"]', '"filter"', "filter", "{}", "[1]"]],
    ["freshStart", ['["all"]']],
    ["replaceTables", ['["all"]', '["cpu_agg_stats"]']],
    [
      "thresholds",
      [
        '{"doc":20.505}',
        '{"":50}',
        '{" ":50}',
        '{"doc":"20"}',
        '{"doc":-1}',
        '{"doc":null}',
        "[20]",
        "20",
        "null",
      ],
    ],
    ["directory", ['""', '"a\\nb"']],
    ["alerts.cooldown", ["10", '"ten minutes"', "10y"]],
    ["slack.channel", ['"#my alerts"']],
    ["slack.apiUrl", ["http://example.com/", "ftp://x", '""']],
    ["trend.windows", ["1", "21"]],
  ])("of %s cannot be any of %j", (key, values) => {
    expect(values.map((value) => problemsOf({ [key]: value }).length)).toEqual(values.map(() => 1));
  });

  it.each([
    ["kafka.port", ["1024", "65535"]],
    ["kafka.partitions", ["1", "100"]],
    ["openSearch.port", ["9201", "9299"]],
    ["freshStart", ["[]", '["filter"]']],
    ["replaceTables", ["[]", '["cpu_thresholds","cpu_load_stats_agg_pg"]']],
    ["thresholds", ["{}", '{"doc":0,"a host":100,"grumpy":82.5}']],
    ["directory", ["/", "../other", "a folder"]],
  ])("of %s can be each of %j", (key, values) => {
    expect(values.flatMap((value) => problemsOf({ [key]: value }))).toEqual([]);
  });
});

describe("ports", () => {
  it("that two settings claim are a problem, whether given or default", () => {
    expect(problemsOf({ "flink.webPort": "30000", "flink.gatewayPort": "30000" })).toEqual([
      "flink.gatewayPort and flink.webPort are both 30000; each needs a port of its own",
    ]);
    const taken = definitions["kafka.port"].default;
    expect(problemsOf({ "flink.rpcPort": String(taken) })).toEqual([
      `flink.rpcPort and kafka.port are both ${taken}; each needs a port of its own`,
    ]);
  });

  it("of parts that do not run here may equal others", () => {
    const inDocker = Object.fromEntries(
      ["kafka", "postgres", "openSearch", "flink", "notifier"].map((part) => [`${part}.runsOn`, "docker"]),
    );
    expect(problemsOf({ ...inDocker, "kafka.port": "29093", "postgres.port": "29300" })).toEqual([]);
    expect(problemsOf({ ...inDocker, "kafka.port": "30000", "postgres.port": "30000" })).toEqual([
      "postgres.port and kafka.port are both 30000; each needs a port of its own",
    ]);
    expect(problemsOf({ "page.enabled": "false", "page.port": "29092" })).toEqual([]);
  });

  it("of parts on different hosts of this machine differ too", () => {
    expect(
      problemsOf({ "postgres.runsOn": "docker", "flink.runsOn": "local", "postgres.port": "29093" }),
    ).toEqual(["postgres.port and kafka.controllerPort are both 29093; each needs a port of its own"]);
  });

  it("of OpenSearch have limits on this machine that they do not have in Docker", () => {
    expect(problemsOf({ "openSearch.port": "9300" })).toEqual([
      "openSearch.port is 9300; allowed for OpenSearch on this machine (openSearch.runsOn local) is a whole number from 9201 to 9299",
    ]);
    expect(problemsOf({ "openSearch.port": "9300", "openSearch.runsOn": "docker" })).toEqual([]);
  });

  it("may equal settings that are not ports", () => {
    expect(problemsOf({ "generator.seed": String(definitions["kafka.port"].default) })).toEqual([]);
  });
});

describe("pipelines", () => {
  it("that read what no pipeline writes are refused with what to add", () => {
    expect(problemsOf({ pipelines: '["filter","notify","trend"]' })).toEqual([
      "pipelines has notify, which reads what aggregate writes: add aggregate, or leave notify out",
      "pipelines has trend, which reads what aggregate writes: add aggregate, or leave trend out",
    ]);
    expect(problemsOf({ pipelines: '["trend","aggregate"]' })).toEqual([]);
  });

  it("that write to OpenSearch are refused if there is none", () => {
    expect(problemsOf({ "openSearch.enabled": "false" })).toEqual([
      "openSearch.enabled is false, but search in pipelines writes to OpenSearch: set it to true, or leave search out of pipelines",
    ]);
    expect(problemsOf({ "openSearch.enabled": "false", pipelines: '["filter"]' })).toEqual([]);
  });
});

it.each([
  ["slack.token", { slack: '{"token":"xoxb-1","channel":"#alerts"}' }],
  ["webhook.url", { webhook: '{"url":"https://example.com/hook"}' }],
  ["kafka.password", { kafka: '{"password":"s3cret"}' }],
  ["slack.token", { slack: '{"token":{"secure":"v1:abc"},"channel":"#alerts"}' }],
])(
  "the secret %s is refused in a group, where it would be ignored",
  (name, config: Record<string, string>) => {
    const [group, key] = name.split(".");
    expect(problemsOf(config)).toEqual([
      `${name} is stored as ${key} in the group ${group}, where secrets are not read: remove it there, and store it with npm run secret -- ${name} --stack <stack>`,
    ]);
  },
);

it("the notifier accepts every interval that the settings accept", () => {
  for (const [interval, isAllowed] of [
    ["500ms", false],
    ["1s", true],
    ["1h", true],
    ["61m", false],
  ] as const) {
    const problems = problemsOf({ "slack.interval": interval });
    expect([interval, problems.length]).toEqual([interval, isAllowed ? 0 : 1]);
    if (isAllowed) {
      const raw = { interval, alertsTopic: "cpu_alerts" };
      expect(parseNotifierOptions(raw)).toMatchObject({ interval: parseDuration(interval) });
    }
  }
});

describe("the secrets of the notifier", () => {
  it.each([
    ["webhook.url", "http://example.com/hook", "webhook.url: That is not the address of a webhook"],
    ["webhook.url", "example.com", "webhook.url: That is not the address of a webhook"],
    ["webhook.url", "https://ann@example.com/hook", "without a login. A login goes into webhook.headers"],
    ["webhook.url", "https://ann:s3cret@example.com", "without a login. A login goes into webhook.headers"],
    ["webhook.bearerToken", "two words", "webhook.bearerToken: That is not a bearer token"],
    ["webhook.headers", "X-Key: 1", "webhook.headers: Those are not headers"],
    ["webhook.headers", '{"X-Key":1}', "webhook.headers: Those are not headers"],
    ["webhook.headers", '["X-Key"]', "webhook.headers: Those are not headers"],
    ["webhook.headers", '{"X-Team":"Büro"}', "webhook.headers: Those are not headers"],
    ["webhook.headers", '{"X-Team":"a\tb"}', "webhook.headers: Those are not headers"],
    [
      "webhook.headers",
      '{"X-A":"b","Transfer-encoding":"chunked"}',
      "Transfer-Encoding and Upgrade cannot be",
    ],
    ["webhook.headers", '{"Expect":"100-continue"}', "Content-Length, Expect, Keep-Alive"],
    ["slack.token", "12345", "slack.token: That is not a Slack token"],
  ])("%s cannot be %j", (name, value, problem) => {
    const others = { "webhook.url": "https://example.com/hook", "slack.channel": "#alerts" };
    const problems = problemsOf({ ...others, [name]: value });
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]).not.toContain(value);
  });

  it("can be an address, a token and headers", () => {
    const headers = '{"Authorization":"GenieKey 1","Expect-CT":"1","X-A":"b \\"c\\""}';
    expect(
      problemsOf({
        "webhook.url": "https://example.com:8443/hook?key=1",
        "webhook.bearerToken": "t",
        "webhook.headers": headers,
      }),
    ).toEqual([]);
    for (const url of [
      "http://127.0.0.1:9095",
      "https://[fd00::1]:8443",
      "https://example.com?to=ann@example.com",
    ])
      expect(problemsOf({ "webhook.url": url })).toEqual([]);
  });

  it("need an address", () => {
    expect(problemsOf({ "webhook.bearerToken": "t" })).toEqual([
      "webhook.bearerToken is set, but webhook.url is not: store it too",
    ]);
  });
});

it("names the new name of a setting that was renamed", () => {
  expect(problemsOf({ "slack.cooldown": "5m" })).toEqual([
    "slack.cooldown is called alerts.cooldown now: rename it",
  ]);
});

it("needs a pipeline that raises alerts for Slack's connector", () => {
  const connector = { "slack.via": "connector", "slack.channel": "C0123456789", "slack.token": "xoxb-1" };
  expect(problemsOf({ ...connector, pipelines: '["aggregate"]' })).toContain(
    "slack.via is connector, but no pipeline raises alerts for it to post: add alerts and aggregate to pipelines, and threshold to alerts.rules, or leave slack.via out",
  );
});

describe("the token for Slack", () => {
  it("needs a channel, and is never shown", () => {
    const problems = problemsOf({ "slack.token": "xoxb-1" });
    expect(problems).toEqual([
      'slack.token is set, but slack.channel is not: set it to the channel for alerts, such as "#alerts"',
    ]);
    expect(problemsOf({ "slack.token": "xoxb-1", "slack.channel": "C0123456789" })).toEqual([]);
  });
});

it("does not accept a single value for a group of settings", () => {
  expect(() => read({ kafka: "29999" })).toThrow("kafka: no such setting");
});

it("accepts digits as text", () => {
  expect(read({ directory: "2024" }).directory).toBe("2024");
});
