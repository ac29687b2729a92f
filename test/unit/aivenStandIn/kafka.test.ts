import { describe, expect, it } from "vitest";
import { call, done, refusal, useStandIn } from "./standInCalls.ts";

useStandIn();
const TOPIC = { topic_name: "readings", partitions: 3, replication: 3 };
const create = (changes: Record<string, unknown> = {}) =>
  call("POST", "/service/kafka/topic", { ...TOPIC, ...changes });
const change = (changes: Record<string, unknown>) => call("PUT", "/service/kafka/topic/readings", changes);

describe("a topic", () => {
  it("is read with all its settings, and shows which were set", async () => {
    await create({ config: { retention_ms: 1, min_insync_replicas: 2 }, tags: [{ key: "a", value: "b" }] });
    const topic = {
      topic_name: "readings",
      replication: 3,
      tags: [{ key: "a", value: "b" }],
      config: {
        retention_ms: { value: 1, source: "topic_config" },
        min_insync_replicas: { value: 2, source: "topic_config" },
        cleanup_policy: { value: "delete", source: "default_config" },
      },
    };
    const read = await done<{ topic: { partitions: unknown[] } }>("GET", "/service/kafka/topic/readings");
    expect(read).toMatchObject({ topic });
    expect(read.topic.partitions).toHaveLength(3);
    expect(await done("GET", "/service/kafka/topic")).toMatchObject({
      topics: [{ topic_name: "readings", partitions: 3, min_insync_replicas: 2 }],
    });
    const path = "/v2/project/test-project/service/kafka/topic";
    expect(await done("POST", path, { topic_names: ["readings"] })).toMatchObject({ topics: [topic] });
    expect(await call("POST", path, { topic_names: ["readings", "none"] })).toEqual(
      refusal(404, "Topic 'none' does not exist"),
    );
  });

  it.each([
    [400, "Replication factor must be set to at least two", { replication: 1 }],
    [409, "Cluster only has 3 broker(s), cannot set replication factor to 4", { replication: 4 }],
    [400, /'topic_name'|does not match/, { topic_name: "with space" }],
    [
      400,
      "min_insync_replicas 3 is more than the replication factor 2",
      { replication: 2, config: { min_insync_replicas: 3 } },
    ],
    [
      400,
      "Invalid input for config 'Kafka topic configuration': Additional properties are not allowed ('retention' was unexpected)",
      { config: { retention: 1 } },
    ],
    [
      400,
      /'shrink' is not one of \['compact','compact,delete','delete'\]/,
      { config: { cleanup_policy: "shrink" } },
    ],
    [400, /-2 is less than the minimum of -1/, { config: { retention_ms: -2 } }],
    [400, /'1' is not of type 'integer'/, { config: { max_message_bytes: "1" } }],
  ])("is refused: %i %s", async (status, message, changes) => {
    expect(await create(changes)).toEqual(refusal(status, message));
    expect(await done("GET", "/service/kafka/topic")).toEqual({ topics: [] });
  });

  it("can exist only once", async () => {
    await create();
    expect(await create()).toEqual(refusal(409, "Topic 'readings' already exists"));
  });

  it("grows but does not shrink, and loses settings that a change leaves out", async () => {
    await create({ config: { retention_ms: 1 } });
    expect(await change({ partitions: 4, config: {} })).toMatchObject({ status: 200 });
    expect(await done("GET", "/service/kafka/topic/readings")).toMatchObject({
      topic: { config: { retention_ms: { value: 604_800_000, source: "default_config" } } },
    });
    expect(await change({ partitions: 3 })).toMatchObject({ status: 400 });
    expect(await change({ replication: 2, config: { min_insync_replicas: 3 } })).toMatchObject({
      status: 400,
    });
  });

  it("can be deleted", async () => {
    await create();
    await done("DELETE", "/service/kafka/topic/readings");
    expect(await call("DELETE", "/service/kafka/topic/readings")).toMatchObject({ status: 404 });
  });

  it("belongs to Kafka", async () => {
    expect(await call("POST", "/service/pg/topic", TOPIC)).toEqual(
      refusal(400, "Service pg is not of type kafka"),
    );
  });
});

describe("an ACL entry", () => {
  const entry = { username: "ada", topic: "read*", permission: "readwrite" };

  it("is added and deleted", async () => {
    const { acl } = await done<{ acl: { id: string }[] }>("POST", "/service/kafka/acl", entry);
    expect(acl).toMatchObject([{ id: "default" }, entry]);
    await done("DELETE", `/service/kafka/acl/${acl[1]?.id}`);
    await done("DELETE", "/service/kafka/acl/default");
    expect(await done("GET", "/service/kafka")).toMatchObject({ service: { acl: [] } });
    expect(await call("DELETE", "/service/kafka/acl/default")).toEqual(refusal(404, "ACL does not exist"));
  });

  it.each([{ permission: "own" }, { username: "#-user" }, { topic: "" }])(
    "is refused with %j",
    async (wrong) => {
      expect(await call("POST", "/service/kafka/acl", { ...entry, ...wrong })).toMatchObject({ status: 400 });
    },
  );

  it("can exist only once", async () => {
    await done("POST", "/service/kafka/acl", entry);
    expect(await call("POST", "/service/kafka/acl", entry)).toEqual(
      refusal(409, "Identical ACL entry already exists"),
    );
    await done("POST", "/service/kafka/acl", { ...entry, permission: "read" });
  });
});
