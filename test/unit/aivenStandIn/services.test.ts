import { describe, expect, it } from "vitest";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { call, done, pass, refusal, useStandIn } from "./standInCalls.ts";

const standIn = useStandIn();
const KAFKA = { service_name: "new", service_type: "kafka", plan: "business-4", cloud: "aws-eu-west-1" };
const create = (changes: Record<string, unknown> = {}) => call("POST", "/service", { ...KAFKA, ...changes });

describe("a new service", () => {
  it("is rebuilding, then running", async () => {
    expect(await create()).toMatchObject({ status: 200, body: { service: { state: "REBUILDING" } } });
    pass(1_000);
    expect(await done("GET", "/service/new")).toMatchObject({
      service: {
        state: "RUNNING",
        cloud_name: "aws-eu-west-1",
        node_count: 3,
        users: [{ username: "avnadmin", type: "primary" }],
        acl: [{ id: "default", username: "*", topic: "*", permission: "admin" }],
        user_config: { ip_filter: ["0.0.0.0/0", "::/0"], kafka: {}, kafka_version: "4.0" },
      },
    });
  });

  it.each([
    ["POST", "topic", { topic_name: "t" }],
    ["GET", "topic", undefined],
    ["POST", "user", { username: "u" }],
    ["POST", "acl", { username: "u", topic: "t", permission: "read" }],
  ])("cannot be used before it runs: %s %s", async (method, what, body) => {
    await create();
    expect(await call(method, `/service/new/${what}`, body)).toEqual(
      refusal(409, "Service new is not running (it is REBUILDING)"),
    );
  });

  it("cannot be integrated before it runs", async () => {
    await create();
    const body = { integration_type: "flink", source_service: "new", dest_service: "flink" };
    expect(await call("POST", "/integration", body)).toMatchObject({ status: 409 });
  });

  it.each([
    [409, "Service name is already in use in this project", { service_name: "kafka" }],
    [400, "Service name must consist of 1-64 alphanumerical characters", { service_name: "myEs" }],
    [400, "Invalid plan 'business-5' for service type 'kafka'", { plan: "business-5" }],
    [400, "Cloud 'moon' does not exist", { cloud: "moon" }],
    [404, /^Service type 'oracle' does not exist/, { service_type: "oracle" }],
    [400, /'default_acl' was unexpected/, { default_acl: false }],
    [400, /'kafka_vers' was unexpected/, { user_config: { kafka_vers: "4.0" } }],
    [
      400,
      /^Invalid input for user_config: '2.0' is not one of \['3.7',/,
      { user_config: { kafka_version: "2.0" } },
    ],
    [
      400,
      /: 11 is greater than the maximum of 10$/,
      { user_config: { kafka: { default_replication_factor: 11 } } },
    ],
    [
      400,
      /'yes' is not of type 'boolean'/,
      { user_config: { kafka_authentication_methods: { sasl: "yes" } } },
    ],
    [400, "Invalid 'user_config' ip_filter value '/32'", { user_config: { ip_filter: ["/32"] } }],
    [
      400,
      "Invalid 'user_config' ip_filter value '10.0.0.0/33'",
      { user_config: { ip_filter: [{ network: "10.0.0.0/33" }] } },
    ],
  ])("is refused: %i %s", async (status, message, changes) => {
    expect(await create(changes)).toEqual(refusal(status, message));
    expect([...standIn().state.services.keys()]).toEqual(["kafka", "pg", "search", "flink"]);
  });

  it("keeps its name taken while it is rebuilding", async () => {
    await create();
    expect(await create()).toMatchObject({ status: 409 });
  });

  it("may be a Flink service unless the account has none", async () => {
    const flink = { service_name: "other", service_type: "flink", plan: "business-4" };
    expect(await call("POST", "/service", flink)).toMatchObject({ status: 200 });
    const without = await AivenStandIn.start({ refuseFlink: true });
    const response = await fetch(`${without.url}/v1/project/test-project/service`, {
      method: "POST",
      headers: { authorization: "aivenv1 test-token" },
      body: JSON.stringify(flink),
    });
    await without.close();
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal(403, "Service type flink is not available for new service creation"),
    );
  });
});

describe("a change of a service", () => {
  it("keeps what it does not name, and removes what it sets to null", async () => {
    await done("PUT", "/service/kafka", {
      user_config: { kafka: { num_partitions: 3, min_insync_replicas: 2 } },
    });
    await done("PUT", "/service/kafka", {
      user_config: { kafka: { num_partitions: null }, kafka_rest: true },
    });
    expect(await done("GET", "/service/kafka")).toMatchObject({
      service: { state: "RUNNING", user_config: { kafka: { min_insync_replicas: 2 }, kafka_rest: true } },
    });
    expect(standIn().state.services.get("kafka")?.userConfig.kafka).toEqual({ min_insync_replicas: 2 });
  });

  it("of its plan rebuilds it, and it can still be read in the meantime", async () => {
    expect(await done("PUT", "/service/kafka", { plan: "business-8" })).toMatchObject({
      service: { state: "REBUILDING", plan: "business-8" },
    });
    await done("GET", "/service/kafka/topic");
    expect(await call("POST", "/service/kafka/topic", { topic_name: "t" })).toMatchObject({ status: 409 });
    pass(1_000);
    await done("POST", "/service/kafka/topic", { topic_name: "t" });
  });

  it("cannot give a Flink service another version", async () => {
    expect(await call("PUT", "/service/flink", { user_config: { flink_version: "1.19" } })).toEqual(
      refusal(400, /changing flink_version of an existing service/),
    );
  });

  it("sets tags", async () => {
    await done("PUT", "/service/kafka/tags", { tags: { a: "b" } });
    expect(await done("GET", "/service/kafka/tags")).toEqual({ tags: { a: "b" } });
  });
});

describe("the end of a service", () => {
  it("is refused while it is protected, and so is powering it off", async () => {
    const message =
      "Service is protected against termination and shutdown. Remove termination protection first.";
    await done("PUT", "/service/kafka", { termination_protection: true });
    expect(await call("DELETE", "/service/kafka")).toEqual(refusal(403, message));
    expect(await call("PUT", "/service/kafka", { powered: false })).toEqual(refusal(403, message));
    await done("PUT", "/service/kafka", { termination_protection: false });
    await done("DELETE", "/service/kafka");
  });

  it("deletes what belongs to it", async () => {
    await done("POST", "/integration", {
      integration_type: "flink",
      source_service: "kafka",
      dest_service: "flink",
    });
    await done("POST", "/service/kafka/topic", { topic_name: "t" });
    await done("DELETE", "/service/kafka");
    expect(await call("GET", "/service/kafka")).toEqual(refusal(404, "Service kafka does not exist"));
    expect(standIn().state.integrations.size).toBe(0);
    expect(await create({ service_name: "kafka" })).toMatchObject({ status: 200 });
    pass(1_000);
    expect(await done("GET", "/service/kafka/topic")).toEqual({ topics: [] });
  });
});
