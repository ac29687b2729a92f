import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { describeChanges, EngineProgress } from "../../cli/engine/engineProgress.ts";
import type { Progress } from "../../lib/progress.ts";

let shown: string[];
let engine: EngineProgress;

/** Records what is shown, in order; a task ends once. */
const progress: Progress = {
  task: (title) => {
    shown.push(`begin ${title}`);
    let running = true;
    const end = (how: string) => {
      if (running) shown.push(`${how} ${title}`);
      running = false;
    };
    return { update: () => {}, done: () => end("done"), fail: () => end("fail") };
  },
  note: (text) => void shown.push(`note ${text}`),
  close: () => {},
};

const urn = (type: string, name: string) =>
  `urn:pulumi:local::project::streaming:local:Kafka$${type}::${name}`;
const send = (event: object) => engine.onEvent(event as EngineEvent);
const step = (kind: string, op: string, type: string, name: string) =>
  send({ [kind]: { metadata: { op, type, urn: urn(type, name) } } });
const say = (severity: string, message: string, about?: string) =>
  send({ diagnosticEvent: { severity, message, ...(about && { urn: about }) } });

beforeEach(() => {
  shown = [];
  engine = new EngineProgress(progress);
  send({ preludeEvent: {} });
  shown = [];
});

describe("the engine's steps", () => {
  it.each([
    ["create", "create"],
    ["update", "update"],
    ["delete", "delete"],
    ["refresh", "look at"],
    ["create-replacement", "create again"],
    ["delete-replaced", "delete the old"],
  ])("of %s are one task each until they end", (op, verb) => {
    step("resourcePreEvent", op, "streaming:process:Server", "kafka-broker");
    step("resOutputsEvent", op, "streaming:process:Server", "kafka-broker");
    expect(shown).toEqual([`begin ${verb} kafka-broker (Server)`, `done ${verb} kafka-broker (Server)`]);
  });

  it("are reported by name once they are done, including unchanged ones", () => {
    const done: string[] = [];
    engine = new EngineProgress(progress, [], (resource) => done.push(resource));
    step("resourcePreEvent", "create", "streaming:process:Server", "page-process");
    step("resourcePreEvent", "create", "streaming:flink:SqlJob", "cpu-filter");
    expect(done).toEqual([]);
    step("resOutputsEvent", "create", "streaming:process:Server", "page-process");
    step("resOutputsEvent", "same", "streaming:process:Server", "kafka-broker");
    step("resOpFailedEvent", "create", "streaming:flink:SqlJob", "cpu-filter");
    expect(done).toEqual(["page-process", "kafka-broker"]);
  });

  it("on Aiven are shown too", () => {
    step("resourcePreEvent", "create", "aiven:index/kafka:Kafka", "kafka-service");
    expect(shown).toEqual(["begin create kafka-service (Kafka)"]);
  });

  it("that fail end as failed tasks", () => {
    step("resourcePreEvent", "create", "streaming:flink:SqlJob", "cpu-filter");
    step("resOpFailedEvent", "create", "streaming:flink:SqlJob", "cpu-filter");
    expect(shown).toEqual(["begin create cpu-filter (SqlJob)", "fail create cpu-filter (SqlJob)"]);
  });

  it("for components, the stack and unchanged resources are not shown", () => {
    step("resourcePreEvent", "create", "streaming:local:Kafka", "kafka");
    step("resourcePreEvent", "create", "pulumi:pulumi:Stack", "project-local");
    step("resourcePreEvent", "same", "streaming:kafka:Topic", "cpu-topic");
    step("resOutputsEvent", "same", "streaming:kafka:Topic", "cpu-topic");
    expect(shown).toEqual([]);
  });
});

describe("a step that should be quick", () => {
  const SLOW = [{ on: /:KafkaTopic$/, afterMs: 20_000, hint: "Aiven answers with errors" }];

  it("reports what may be wrong if it takes longer, and others do not", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const hints: string[] = [];
    const task = (title: string) => ({
      update: (hint: string) => hints.push(`${title}: ${hint}`),
      done() {},
      fail() {},
    });
    engine = new EngineProgress({ ...progress, task }, SLOW);
    step("resourcePreEvent", "create", "aiven:index/kafkaTopic:KafkaTopic", "cpu-topic");
    step("resourcePreEvent", "create", "aiven:index/kafka:Kafka", "kafka-service");
    vi.advanceTimersByTime(19_999);
    expect(hints).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(hints).toEqual(["create cpu-topic (KafkaTopic): Aiven answers with errors"]);
  });
});

describe("the engine's output", () => {
  it("about several resources is shown once, after their names", () => {
    for (const name of ["a-topic", "b-topic"]) {
      say("error", "giving up", urn("aiven:index/kafkaTopic:KafkaTopic", name));
    }
    expect(engine.errors).toEqual(["a-topic, b-topic: giving up"]);
  });

  it("about an interrupted run is replaced by what this run does about it", () => {
    const warning =
      "Attempting to deploy or update resources with 1 pending operations from previous deployment.";
    say("warning", warning);
    engine = new EngineProgress(progress, [], undefined, "What it had recorded is deleted.");
    say("warning", warning);
    expect(shown.filter((line) => line.startsWith("note"))).toEqual([
      "note An earlier run was interrupted; this run finds and completes what it had begun.",
      "note What it had recorded is deleted.",
    ]);
  });

  it("about errors is kept once each, with the resource's name and without colours", () => {
    const topic = urn("streaming:kafka:Topic", "cpu-topic");
    say("error", "<{%reset%}>the broker\nis away<{%reset%}>\n", topic);
    say("error", "the broker\nis away", topic);
    say("error", "a setting is wrong", "urn:pulumi:local::project::pulumi:pulumi:Stack::project-local");
    say("error", "no credentials");
    say("error", "update failed");
    say("error", " \n");
    say("info", "an information");
    say("error", "  sdk-v2/provider2.go:572: sdk.helper_schema: no credentials: provider=aiven@6.51.0");
    expect(engine.errors).toEqual(["cpu-topic: the broker\nis away", "a setting is wrong", "no credentials"]);
    expect(shown).toEqual([]);
  });

  it("about warnings is shown", () => {
    say("warning", "<{%fg 3%}>an old version<{%reset%}>\n");
    expect(shown).toEqual(["note an old version"]);
    expect(engine.errors).toEqual([]);
  });

  it("at its end is counted by result", () => {
    expect(engine.changes).toEqual({});
    send({ summaryEvent: { resourceChanges: { create: 24 } } });
    expect(engine.changes).toEqual({ create: 24 });
  });
});

it.each([
  [{}, "nothing to do"],
  [{ same: 20 }, "20 unchanged"],
  [
    { create: 3, update: 1, delete: 2, replace: 4, same: 5 },
    "3 created, 1 updated, 2 deleted, 4 replaced, 5 unchanged",
  ],
  [{ refresh: 2 }, "2 refresh"],
])("the changes %j in words: %s", (changes, words) => {
  expect(describeChanges(changes)).toBe(words);
});
