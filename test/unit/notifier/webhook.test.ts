import { expect, vi } from "vitest";
import { parseNotifierOptions } from "../../../apps/notifier/options.ts";
import { retryAfterOf, WebhookChannel } from "../../../apps/notifier/webhookChannel.ts";
import { fingerprintOf, webhookMessage } from "../../../apps/notifier/webhookMessage.ts";
import { NoAnswer } from "../../../lib/http.ts";
import { TestAuthority } from "../../support/certificates.ts";
import { WebhookStandIn } from "../../support/webhook.ts";
import { alert, START, told } from "./alerts.ts";
import { webhookTest as test } from "./webhookBench.ts";

test("an answer that repeats the address or the token is shown without them", () => {
  const url = "https://hooks.example.com/services/T0/s3cr3t-path?key=s3cr3t-key";
  const raw = {
    alertsTopic: "a",
    webhookUrl: url,
    webhookToken: "s3cr3t-token",
    webhookHeaders: { "x-key": "s3cr3t-header" },
  };
  const channel = new WebhookChannel(url, parseNotifierOptions(raw));
  const said = "Cannot POST /services/T0/s3cr3t-path?key=s3cr3t-key for Bearer s3cr3t-token, s3cr3t-header";
  expect(channel.failureOf(new NoAnswer(said, undefined, undefined)).reason).toBe(
    "the webhook: Cannot POST …… for Bearer …, …",
  );
});

test("an answer that repeats only a part of the address or of a header is shown without it", () => {
  const url = "https://hooks.example.com/hook?key=s3cr3t%2Fkey&v=1";
  const webhookHeaders = { Authorization: "GenieKey s3cr3t-genie-key" };
  const channel = new WebhookChannel(
    url,
    parseNotifierOptions({ alertsTopic: "a", webhookUrl: url, webhookHeaders }),
  );
  const said = "Key s3cr3t-genie-key and token s3cr3t/key (s3cr3t%2Fkey) are not valid in v 1";
  expect(channel.failureOf(new NoAnswer(said, undefined, undefined)).reason).toBe(
    "the webhook: Key … and token … (…) are not valid in v 1",
  );
});

/** Made before the concurrent tests run, because that occupies the process: their requests would not be answered. */
const STRANGER = new TestAuthority("nobody").server();
const ROWS = [told(alert("raised", 0)), told(alert("still", 20)), told(alert("cleared", 21))];

test.concurrent("each row becomes a message in Alertmanager's format, in order", async ({
  bench: { hook, send },
}) => {
  expect(await send(ROWS)).toBe(3);
  expect(hook.messages.map(({ status }) => status)).toEqual(["firing", "firing", "resolved"]);
  const labels = {
    alertname: "cpu_threshold",
    stack: "demo",
    rule: "threshold",
    series: "dopey/cpu4",
    hostname: "dopey",
    cpu: "cpu4",
  };
  const annotations = {
    summary: "dopey/cpu4 is over its threshold: 93.4 % on average, threshold 90 %",
    actual: "93.44",
    threshold: "90",
    windows: "1",
  };
  const [first] = hook.messages;
  expect(first).toEqual({
    version: "4",
    groupKey: '{}:{"stack":"demo","rule":"threshold","series":"dopey/cpu4","hostname":"dopey","cpu":"cpu4"}',
    truncatedAlerts: 0,
    status: "firing",
    receiver: "streaming-anomaly-detection",
    groupLabels: {
      stack: "demo",
      rule: "threshold",
      series: "dopey/cpu4",
      hostname: "dopey",
      cpu: "cpu4",
    },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: "",
    alerts: [
      {
        status: "firing",
        labels,
        annotations,
        startsAt: "2026-01-05T13:00:00.000Z",
        endsAt: "0001-01-01T00:00:00Z",
        generatorURL: "",
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ],
  });
  expect(hook.messages[2]?.alerts[0]).toMatchObject({
    status: "resolved",
    endsAt: "2026-01-05T13:11:00.000Z",
  });
  expect(new Set(hook.messages.map(({ alerts }) => alerts[0]?.fingerprint)).size).toBe(1);
  expect(hook.requests[0]).toMatchObject({
    path: "/hook?key=secret",
    headers: { "content-type": "application/json" },
  });
});

test("another episode, rule, series or stack has another fingerprint", () => {
  const row = alert("raised", 0);
  const prints = [
    fingerprintOf(row, "demo"),
    fingerprintOf(row, "prod"),
    fingerprintOf({ ...row, since: START + 1 }, "demo"),
    fingerprintOf({ ...row, rule: "learned" }, "demo"),
    fingerprintOf({ ...row, series: "doc/cpu4" }, "demo"),
  ];
  expect(new Set(prints).size).toBe(5);
  expect(webhookMessage(alert("raised", 0, { cpu: "" }), "demo").commonLabels).not.toHaveProperty("cpu");
});

test("CPUs whose host and name look the same with a slash between them have groups and fingerprints of their own", () => {
  const messages = [
    { hostname: "rack/1", cpu: "0" },
    { hostname: "rack", cpu: "1/0" },
  ].map((names) => webhookMessage(alert("raised", 0, { series: "rack/1/0", ...names }), "demo"));
  expect(new Set(messages.map(({ groupKey }) => groupKey)).size).toBe(2);
  expect(new Set(messages.map(({ alerts }) => alerts[0]?.fingerprint)).size).toBe(2);
});

test.concurrent("a token and headers are sent", async ({ bench: { hook, send } }) => {
  await send(ROWS.slice(0, 1), { webhookToken: "t0ken", webhookHeaders: { "X-Team": "cpu" } });
  expect(hook.requests[0]?.headers).toMatchObject({ authorization: "Bearer t0ken", "x-team": "cpu" });
  await send(ROWS.slice(0, 1), { webhookHeaders: { Authorization: "GenieKey 1" } });
  expect(hook.requests[1]?.headers).toMatchObject({ authorization: "GenieKey 1" });
  const webhookHeaders = { Authorization: "GenieKey 1", "Content-Type": "application/vnd.alerts+json" };
  await send(ROWS.slice(0, 1), { webhookToken: "t0ken", webhookHeaders });
  // A server takes the first of two that are the same.
  expect(hook.requests[2]?.headers).toMatchObject({
    authorization: "Bearer t0ken",
    "content-type": "application/vnd.alerts+json",
  });
});

test.concurrent.for([429, 503])(
  "after the status %i, Retry-After is honoured",
  async (status, { bench: { hook, onTrouble, send } }) => {
    hook.fail({ kind: "status", status, headers: { "retry-after": "2" } });
    await send(ROWS);
    const [first, second] = hook.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(hook.messages).toHaveLength(3);
    expect(onTrouble).toHaveBeenCalledWith(`the webhook: HTTP status ${status}; trying again in 2 s`);
  },
);

test("Retry-After may be a date, and is at most ten minutes", () => {
  expect(retryAfterOf("Mon, 05 Jan 2026 13:00:30 GMT", START)).toBe(30_000);
  expect(retryAfterOf("Mon, 05 Jan 2026 12:00:00 GMT", START)).toBe(0);
  expect(retryAfterOf("86400", START)).toBe(600_000);
  expect(retryAfterOf("soon", START)).toBeUndefined();
  expect(retryAfterOf(undefined, START)).toBeUndefined();
});

test.concurrent.for([
  ["an answer that is lost", { kind: "drop", accepted: true }, 4],
  ["no answer in time", { kind: "hang", accepted: true }, 4],
  ["a request that is cut", { kind: "drop" }, 3],
  ["the status 500", { kind: "status", status: 500 }, 3],
] as const)(
  "after %s, a message is sent again, and the next ones follow it",
  async ([_what, fault, arrived], { bench: { hook, send } }) => {
    hook.fail(fault);
    await send(ROWS, fault.kind === "hang" ? { webhookTimeout: "5s" } : {});
    expect(hook.messages).toHaveLength(arrived);
    expect(hook.messages.slice(-3).map(({ status }) => status)).toEqual(["firing", "firing", "resolved"]);
    expect(hook.requests.map(({ message }) => message.status)).toEqual([
      "firing",
      "firing",
      "firing",
      "resolved",
    ]);
  },
);

test.concurrent("a slow receiver has time to answer", async ({ bench: { hook, onTrouble, send } }) => {
  hook.fail({ kind: "slow", ms: 500 });
  await send(ROWS);
  expect(hook.requests).toHaveLength(3);
  expect(onTrouble).not.toHaveBeenCalled();
});

test.concurrent.for([
  [400, "check that webhook.url takes the messages of Alertmanager, version 4"],
  [401, "check webhook.bearerToken and webhook.headers"],
  [404, "check webhook.url"],
  [302, "it redirects to another address, and redirects are not followed: set webhook.url to that address"],
] as const)(
  "the status %i must be fixed, is reported with how to fix it, and is retried",
  async ([status, advice], { bench: { hook, stop, onTrouble, send } }) => {
    const elsewhere = await new WebhookStandIn().start();
    hook.fail({ kind: "status", status, headers: { location: elsewhere.url }, body: "<h1>No  way</h1>" });
    onTrouble.mockImplementation(() => stop.abort());
    expect(await send(ROWS)).toBe(0);
    await elsewhere.stop();
    expect(onTrouble.mock.calls).toEqual([
      [`The webhook refuses alerts (HTTP status ${status}: No way): ${advice}; trying again in 1 s`],
    ]);
    expect(hook.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  },
);

test.concurrent.for([
  [400, true],
  [422, true],
  [401, false],
  [503, false],
] as const)(
  "the status %i may be about a single message: %s",
  async ([status, isAboutMessage], { bench: { hook } }) => {
    hook.fail({ kind: "status", status });
    const channel = new WebhookChannel(
      hook.url,
      parseNotifierOptions({ alertsTopic: "a", webhookTimeout: "30s" }),
    );
    const error = await channel.post(ROWS.slice(0, 1)).catch((reason: unknown) => reason);
    expect(channel.failureOf(error).refusesMessage).toBe(isAboutMessage);
  },
);

test.concurrent("an untrusted certificate is refused, and no message is sent", async ({
  bench: { stop, onTrouble, send },
}) => {
  const secure = await new WebhookStandIn(STRANGER).start();
  const sent = send(ROWS, { webhookUrl: secure.url });
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalled(), 30_000);
  stop.abort();
  expect(await sent).toBe(0);
  await secure.stop();
  expect(onTrouble.mock.calls[0]?.[0]).toMatch(/^the webhook: .*certificate.*; trying again in 1 s$/);
  expect(onTrouble.mock.calls[0]?.[0]).not.toContain("secret");
  expect(secure.requests).toEqual([]);
});

test.concurrent("refused connections are retried until one succeeds", async ({
  bench: { hook, onTrouble, send },
}) => {
  await hook.stop();
  const sent = send(ROWS);
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalledTimes(2), 30_000);
  await hook.start();
  expect(await sent).toBe(3);
  expect(hook.messages).toHaveLength(3);
});

test.concurrent("a stop ends the wait for the receiver", async ({
  bench: { hook, stop, onTrouble, send },
}) => {
  hook.fail({ kind: "status", status: 503, headers: { "retry-after": "600" } });
  const sent = send(ROWS);
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalled(), 30_000);
  stop.abort();
  expect(await sent).toBe(0);
});
