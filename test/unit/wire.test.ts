import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { StreamingProvider } from "../../provider/provider.ts";
import { unwrap, wrap } from "../../provider/wire.ts";

const { runtime } = pulumi;
const secret = (value: unknown) => ({ [runtime.specialSigKey]: runtime.specialSecretSig, value });

// As in sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi.
const unknowns = {
  string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  asset: "030794c1-ac77-496b-92df-f27374a8bd58",
  archive: "e48ece36-62e2-4504-bad9-02848725956a",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
};

describe("unwrap", () => {
  it("leaves plain values as they are", () => {
    const values = {
      text: "a",
      number: 0,
      no: false,
      nothing: null,
      list: [1, [2]],
      object: { a: { b: "c" } },
    };
    expect(unwrap(values)).toEqual({ values, secretKeys: new Set(), unknownKeys: new Set() });
    expect(unwrap(undefined).values).toEqual({});
  });

  it("finds secrets at any depth, also nested ones", () => {
    const properties = {
      password: secret("hunter2"),
      tables: [secret("CREATE TABLE"), "plain"],
      connection: secret({ user: "streaming", password: secret("hunter2") }),
      plain: "plain",
    };
    expect(unwrap(properties)).toEqual({
      values: {
        password: "hunter2",
        tables: ["CREATE TABLE", "plain"],
        connection: { user: "streaming", password: "hunter2" },
        plain: "plain",
      },
      secretKeys: new Set(["password", "tables", "connection"]),
      unknownKeys: new Set(),
    });
  });

  it.each(Object.entries(unknowns))("finds unknown values of the type %s", (_type, unknown) => {
    const properties = { a: unknown, b: { c: [unknown] }, d: secret(unknown), e: "known" };
    expect(unwrap(properties)).toEqual({
      values: { a: undefined, b: { c: [undefined] }, d: undefined, e: "known" },
      secretKeys: new Set(["d"]),
      unknownKeys: new Set(["a", "b", "d"]),
    });
  });

  it("knows the unknown text of this SDK", () => {
    expect(unwrap({ a: runtime.unknownValue }).unknownKeys).toEqual(new Set(["a"]));
  });
});

describe("wrap", () => {
  it("marks the given keys as secret and omits undefined values", () => {
    expect(
      wrap({ password: "hunter2", user: "streaming", nothing: undefined }, ["password", "nothing"]),
    ).toEqual({
      password: secret("hunter2"),
      user: "streaming",
    });
  });

  it("is undone by unwrap", () => {
    const values = { connection: { password: "hunter2" }, table: "cpu_thresholds" };
    expect(unwrap(wrap(values, ["connection"]))).toEqual({
      values,
      secretKeys: new Set(["connection"]),
      unknownKeys: new Set(),
    });
  });
});

describe("the provider", () => {
  const provider = new StreamingProvider();
  const urn = (type: string) => `urn:pulumi:test::project::streaming:local:Kafka$${type}::name`;
  const topic = urn("streaming:kafka:Topic");
  // Nothing listens there, so a topic is what the state says.
  const connection = { bootstrapServers: "127.0.0.1:1", security: { protocol: "PLAINTEXT" } };
  const inputs = { connection, topic: "readings", partitions: 0, replicationFactor: 1, config: {} };

  it("stores secrets as secrets, both those from inputs and those it generates", async () => {
    const { id, outs } = await provider.create(urn("streaming:random:Password"), {
      note: secret("a"),
      plain: "b",
    });
    expect(id).toBe("name");
    expect(outs).toEqual({ value: secret(expect.stringMatching(/^[\w-]{32}$/)) });
    const { props } = await provider.read("name", urn("streaming:random:Password"), {
      value: "hunter2",
      note: secret("a"),
    });
    expect(props).toEqual({ value: secret("hunter2"), note: secret("a") });
  });

  it("reports what check finds, except about unknown values", async () => {
    const found = await provider.check(topic, {}, inputs);
    expect(found.failures).toEqual([
      { property: "partitions", reason: "0 is not a whole number of at least 1" },
    ]);
    expect(found.inputs).toBe(inputs);
    const unknown = await provider.check(topic, {}, { ...inputs, partitions: unknowns.number });
    expect(unknown.failures).toEqual([]);
  });

  it("compares secrets by their values and treats unknown values as changes", async () => {
    const same = await provider.diff("id", topic, inputs, { ...inputs, connection: secret(connection) });
    expect(same).toEqual({ changes: false, replaces: [], deleteBeforeReplace: true });
    expect(await provider.diff("id", topic, inputs, { ...inputs, topic: "other" })).toMatchObject({
      changes: true,
      replaces: ["topic"],
    });
    expect(await provider.diff("id", topic, inputs, { ...inputs, config: unknowns.object })).toEqual({
      changes: true,
    });
  });

  it("names the types that it knows if asked for another", async () => {
    await expect(provider.create(urn("streaming:kafka:Cluster"), {})).rejects.toThrow(
      /^unknown resource type streaming:kafka:Cluster; known are .*streaming:kafka:Topic/,
    );
  });
});
