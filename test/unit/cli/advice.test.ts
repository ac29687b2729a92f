import { CommandError } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, it } from "vitest";
import { messagesOf, withAdvice } from "../../../cli/engine/advice.ts";
import { refuseProtected } from "../../../components/hosts/aiven/destruction.ts";
import type { StateResource } from "../../../components/stateResources.ts";

// As worded by the engine, Aiven's provider and Aiven.
const FLINK =
  "flink-service: 1 error occurred:\n\t* error creating a service: [403 ServiceCreate]: Service type flink is not available for new service creation";
const TAKEN =
  "kafka-service: 1 error occurred:\n\t* error creating a service: [409 ServiceCreate]: Service name is already in use in this project";
const PROTECTED =
  'resource "urn:pulumi:prod::p::aiven:index/kafka:Kafka::kafka-service" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the `protect` flag';
const REPLACED =
  'unable to replace resource "urn:pulumi:prod::p::aiven:index/kafka:Kafka::kafka-service"\nas it is currently marked for protection.';
const DEPLOYED =
  "cpu-filter-deployment: 1 error occurred:\n\t* [409 ServiceFlinkCreateApplicationDeployment]: Application 'dev-filter' already has an active deployment";
const NOT_EMPTY =
  "cpu-filter-application: 1 error occurred:\n\t* [417 ServiceFlinkDeleteApplication]: Application deletion forbidden because it has 1 deployment(s).";
const RUNS_JOBS =
  "flink-service: 1 error occurred:\n\t* [409 ServiceDelete]: Service has 1 deployment(s) that are not CANCELED";
const TERMINATION =
  "kafka-service: 1 error occurred:\n\t* [403 ServiceDelete]: Service is protected against termination and shutdown. Remove termination protection first.";
const PLUGIN =
  "default_6_51_0: Could not automatically download and install resource plugin 'pulumi-resource-aiven' at version v6.51.0, install the plugin using `pulumi plugin install resource aiven v6.51.0`: error downloading provider aiven to file: failed to download plugin: aiven-6.51.0: failed all 5 attempts";
const NO_PLUGIN =
  "no resource plugin 'pulumi-resource-aiven' found in the workspace at version v6.51.0 or on your $PATH";
const DOCKER_PLUGIN = NO_PLUGIN.replaceAll("aiven", "docker").replace("6.51.0", "5.2.0");
const NO_IMAGE =
  "kafka-image: 1 error occurred:\n\t* Unable to read Docker image into resource: unable to pull image apache/kafka:4.4.0: error pulling image apache/kafka:4.4.0: Error response from daemon: manifest unknown";
const NO_BUILD =
  "docker-apps: 1 error occurred:\n\t* Error running buildx build: failed to solve: executor failed running [/bin/sh -c npm ci --omit=dev --ignore-scripts]: exit code: 1";
const UNHEALTHY = "kafka-broker: 1 error occurred:\n\t* container failed to be in healthy state";
const TOKEN =
  'cpu-topic: Preview failed: 1 error occurred:\n\t* 401: {"message":"Invalid token","errors":[{"message":"Invalid token","status":401}]} - ';
const WRONG = "error: getting stack configuration: get stack secrets manager: incorrect passphrase";
const NONE =
  "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables";

const CLASSIC =
  "kafka-service: 1 error occurred:\n\t* error creating a service: [403 ServiceCreate]: Plan 'startup-2' is not available for new service creation";
const OUTAGE =
  "cpu-a-topic, cpu-b-topic: 1 error occurred:\n\t* POST https://api.aiven.io/v1/project/p/service/demo-kafka/topic giving up after 11 attempt(s)";
const OWN_ERROR = "cpu-filter-application: [500 ServiceFlinkCreateApplication]: Internal error";

const AWAY =
  "cpu-thresholds-table: PostgreSQL at dev-postgresql-p.a.aivencloud.com:12345 does not answer (ETIMEDOUT)";

describe("advice on the engine's messages", () => {
  it.each([
    [
      "a refused Flink service",
      FLINK,
      /stack hybrid.*flink\.runsOn: existing with flink\.service.*npm run destroy -- dev/,
    ],
    [
      "a name that is taken",
      TAKEN,
      /set aiven\.prefix in Pulumi\.dev\.yaml.*broken off.*delete it in Aiven's console/,
    ],
    [
      "a pipeline that was deployed by hand",
      DEPLOYED,
      /Applications → dev-<pipeline>\), cancel that deployment/,
    ],
    ["an application that was deployed by hand", NOT_EMPTY, /cancel that deployment.*delete it\. Then run/],
    ["a service with such a deployment", RUNS_JOBS, /cancel that deployment, wait until it is CANCELED/],
    ["a protected resource", PROTECTED, /aiven\.protected: false in Pulumi\.dev\.yaml.*npm run up -- dev/],
    ["a replacement of a protected resource", REPLACED, /take that back.*aiven\.protected: false/],
    ["termination protection", TERMINATION, /Aiven's own protection.*aiven\.protected: false/],
    [
      "a plugin that cannot be fetched",
      PLUGIN,
      /reach get\.pulumi\.com.*install resource aiven 6\.51\.0 --file/,
    ],
    ["a plugin that is not there", NO_PLUGIN, /install resource aiven 6\.51\.0 --file/],
    ["a plugin for Docker that is not there", DOCKER_PLUGIN, /install resource docker 5\.2\.0 --file/],
    ["an image that cannot be pulled", NO_IMAGE, /must reach the image's registry.*docker\.kafkaImage/],
    ["an image that cannot be built", NO_BUILD, /for our own images Maven's and npm's/],
    ["a container that is not healthy", UNHEALTHY, /label=streaming\.stack=dev.*docker logs <container>/],
    ["a plan of Classic Kafka that is not sold", CLASSIC, /set kafka\.type: standard in Pulumi\.dev\.yaml/],
    [
      "an outage of Aiven's API",
      OUTAGE,
      /status 500 or above.*status\.aiven\.io.*npm run up -- dev continues/,
    ],
    ["an error of Aiven's own", OWN_ERROR, /status 500 or above.*npm run up -- dev continues from here/],
    [
      "a service on Aiven that does not answer",
      AWAY,
      /this machine must be in one of them\. Change aiven\.allowedNetworks in Pulumi\.dev\.yaml/,
    ],
    ["an expired token", TOKEN, /no longer accepts the token: get one in Aiven's console/],
    ["another passphrase", WRONG, /not the one that the stack dev was first used with/],
    ["no passphrase", NONE, /export PULUMI_CONFIG_PASSPHRASE=/],
  ])("is added to %s, which stays as it is", (_what, error, advice) => {
    const [words, ...advised] = withAdvice([error], "dev").split("\n\n");
    expect(words).toBe(error);
    expect(advised).toEqual([expect.stringMatching(advice)]);
  });

  it("is given once, however many errors of one kind there are", () => {
    const text = withAdvice([TAKEN, TAKEN.replace("kafka", "postgres"), FLINK], "dev");
    expect(text.split("aiven.prefix")).toHaveLength(2);
    expect(text).toContain("stack hybrid");
    expect(text).toContain(FLINK);
  });

  it("is not given if none is known", () => {
    const errors = [
      "cpu-filter: the table cpu_top is not there",
      "kafka-broker: port 29092 is taken",
      // Not for a plan of PostgreSQL, nor for another problem of Flink.
      CLASSIC.replace("kafka", "postgres"),
      FLINK.replace("is not available for new service creation", "allows no such tag"),
      "postgres-schema: PostgreSQL at 127.0.0.1:5432 does not answer (ECONNREFUSED)",
    ];
    expect(withAdvice(errors, "local")).toBe(errors.join("\n"));
  });
});

describe("the output of the engine's command line tool", () => {
  const failure = (text: string) => new CommandError({ toString: () => text } as never);

  it("consists of its own lines, each once", () => {
    const text =
      "code: -2\n stderr: Command failed\nerror: incorrect passphrase\n err?: failed\nerror: incorrect passphrase\n";
    expect(messagesOf(failure(text))).toEqual(["error: incorrect passphrase"]);
  });

  it("is a single sentence, without what it had printed, if the engine was killed", () => {
    const text =
      "code: -2\n stdout: \n stderr: Command was killed with SIGKILL (Forced termination): pulumi up --yes\nUpdating (local):\n@ updating.....\n err?: Error: Command was killed with SIGKILL\n";
    expect(messagesOf(failure(text))).toEqual([
      "The Pulumi engine was killed (SIGKILL). Run the command again: it continues from there.",
    ]);
  });

  it("is complete if it has no such lines", () => {
    expect(messagesOf(failure("code: 255"))).toEqual(["code: 255"]);
    expect(messagesOf(new Error("no room"))).toEqual(["no room"]);
  });
});

describe("taking down a protected stack", () => {
  const resource = (type: string, protect?: boolean, serviceName?: string): StateResource => ({
    urn: `urn:pulumi:prod::p::${type}::it`,
    type,
    custom: !type.startsWith("streaming:aiven:"),
    ...(protect === undefined ? {} : { protect }),
    outputs: { serviceName, project: "p" },
  });

  it("is refused with a list of what is protected, and the steps", () => {
    const state = [
      resource("aiven:index/kafka:Kafka", true, "prod-kafka"),
      resource("aiven:index/pg:Pg", true, "prod-postgresql"),
      resource("aiven:index/kafkaTopic:KafkaTopic", true, "prod-kafka"),
      resource("aiven:index/kafkaUser:KafkaUser"),
      resource("streaming:aiven:Protection", true),
    ];
    expect(() => refuseProtected("prod", state)).toThrow(
      /^The stack prod is protected .*: 3 of its resources hold data, among them the services prod-kafka, prod-postgresql\. Nothing has been deleted\.[\s\S]*1\. set aiven\.protected: false in Pulumi\.prod\.yaml\n.*2\. npm run up -- prod .*\n.*3\. npm run destroy -- prod$/,
    );
  });

  it("continues if nothing is protected", () => {
    expect(() =>
      refuseProtected("dev", [resource("aiven:index/kafka:Kafka", false, "dev-kafka")]),
    ).not.toThrow();
    expect(() => refuseProtected("local", [])).not.toThrow();
  });
});
