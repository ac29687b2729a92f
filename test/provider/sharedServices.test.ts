import { afterAll, afterEach, describe, expect, inject, it, vi } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { postgresProblems } from "../../components/adopted/postgresProblems.ts";
import { kafkaProblems } from "../../components/hosts/external/kafkaProblems.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import type { NewTopic, TopicState } from "../../provider/kafka/topicInputs.ts";
import { grantHandler } from "../../provider/postgres/grant.ts";
import { type SchemaInputs, schemaHandler } from "../../provider/postgres/schema.ts";
import { schemaGrantHandler } from "../../provider/postgres/schemaGrant.ts";
import { tableHandler } from "../../provider/postgres/table.ts";
import { uniqueName } from "../support/names.ts";
import { failureOf } from "../support/sqlJobs.ts";
import { produce } from "../support/topics.ts";

/** What a stack must not do to other owners' things in the same Kafka and PostgreSQL. */

const { kafka, postgres } = inject("services");
const MADE_BY = "made by the stack acme";
const role = uniqueName("tenant");
const schemas: string[] = [];
const topics: string[] = [];

const query = (sql: string) => withPostgres(postgres, async (client) => (await client.query(sql)).rows);
const own = (name: string, list: string[]) => {
  list.push(name);
  return name;
};

afterEach(() => void vi.restoreAllMocks());
afterAll(async () => {
  for (const schema of schemas) await query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await query(`DROP ROLE IF EXISTS ${role}`);
  const admin = kafkaClient(kafka, "test").admin();
  await admin.connect();
  await admin.deleteTopics({ topics });
  await admin.disconnect();
});

describe("a topic in a shared Kafka", () => {
  const topicOf = (change: Partial<NewTopic> = {}): NewTopic => ({
    connection: kafka,
    topic: own(uniqueName("shared"), topics),
    partitions: 1,
    replicationFactor: 1,
    config: { "retention.ms": "60000" },
    shared: true,
    ...change,
  });
  const foreign = (topic: string) =>
    `the topic ${topic} exists already, and was not created by this stack: set names.prefix to another prefix, or delete the topic`;

  it("is not taken over if somebody writes to it or has defined it differently", async () => {
    const inputs = topicOf();
    await topicHandler.create({ ...inputs, config: { "retention.ms": "70000" } }, "name");
    expect(await failureOf(topicHandler.create(inputs, "name"))).toBe(foreign(inputs.topic));
    const used = topicOf();
    await topicHandler.create(used, "name");
    await produce(kafka, used.topic, [{ value: "theirs" }]);
    expect(await failureOf(topicHandler.create(used, "name"))).toBe(foreign(used.topic));
  });

  it("is taken over if an interrupted up left it behind", async () => {
    const inputs = topicOf();
    await topicHandler.create(inputs, "name");
    expect((await topicHandler.create(inputs, "name")).state).toMatchObject(inputs);
  });

  /** The state after a move here from another Kafka, which no longer answers. */
  const fromElsewhere = (state: TopicState): TopicState => ({
    ...state,
    connection: { ...kafka, bootstrapServers: "127.0.0.1:1" },
    clusters: ["another cluster"],
  });

  it("of another cluster is not taken over, unless it is unused", async () => {
    const inputs = topicOf();
    const { id, state } = await topicHandler.create(inputs, "name");
    const former = fromElsewhere(state);
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    expect(await topicHandler.update(id, former, inputs)).toMatchObject({
      clusters: ["another cluster", state.clusters?.[0]],
    });
    expect(warning.mock.calls).toEqual([
      [
        `warning: [runtime] the topic ${inputs.topic} is now in another Kafka, at ${kafka.bootstrapServers}. The former one stays at 127.0.0.1:1, with its records: delete it if nobody needs it`,
      ],
    ]);
    await produce(kafka, inputs.topic, [{ value: "theirs" }]);
    expect(await failureOf(topicHandler.update(id, former, inputs))).toBe(foreign(inputs.topic));
    const { clusters: _, ...unrecorded } = former;
    expect(await failureOf(topicHandler.update(id, unrecorded, inputs))).toBe(foreign(inputs.topic));
  });

  it("stays the stack's own at another address of its cluster, and when the stack returns to that cluster", async () => {
    const inputs = topicOf();
    const { id, state } = await topicHandler.create(inputs, "name");
    await produce(kafka, inputs.topic, [{ value: "ours" }]);
    const port = kafka.bootstrapServers.split(":").at(-1);
    const moved = { ...inputs, connection: { ...kafka, bootstrapServers: `localhost:${port}` } };
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    expect(await topicHandler.update(id, state, moved)).toEqual({ ...moved, clusters: state.clusters });
    expect(warning).not.toHaveBeenCalled();
    const away = { ...fromElsewhere(state), clusters: [...(state.clusters ?? []), "another cluster"] };
    expect(await topicHandler.update(id, away, inputs)).toEqual({
      ...inputs,
      clusters: ["another cluster", state.clusters?.[0]],
    });
    // States written by earlier versions.
    const { clusters: _, ...unrecorded } = state;
    expect(await topicHandler.diff(unrecorded, inputs)).toMatchObject({ changed: true });
    const recorded = await topicHandler.update(id, unrecorded, inputs);
    expect(recorded).toEqual(state);
    expect(await topicHandler.diff(recorded, inputs)).toEqual({ changed: false, replaces: [] });
  });

  it("is named before anything is changed if the state knows one of that name in another cluster", async () => {
    const inputs = topicOf({ config: {} });
    const { topic } = inputs;
    const { state } = await topicHandler.create(inputs, "name");
    await produce(kafka, topic, [{ value: "theirs" }]);
    const defaults = { partitions: 1, replicationFactor: 1, minInsyncReplicas: 1, retentionHours: 1 };
    const problems = (outputs: TopicState) => {
      const resource = { urn: "urn", type: "streaming:kafka:Topic", inputs: { topic }, outputs };
      const planned = { topics: [{ topic }], existingTopic: undefined, defaults };
      return kafkaProblems(kafka, planned, [resource] as never);
    };
    expect(await problems(state)).toEqual([]);
    const refused = `${foreign(topic)} (Kafka at ${kafka.bootstrapServers})`;
    expect(await problems(fromElsewhere(state))).toEqual([refused]);
  });

  it("is named before anything is created, unless the state knows it", async () => {
    const { topic } = (await topicHandler.create(topicOf(), "name")).state;
    const defaults = { partitions: 1, replicationFactor: 1, minInsyncReplicas: 1, retentionHours: 1 };
    const problems = (resources?: readonly { urn: string; type: string; inputs: object }[]) =>
      kafkaProblems(kafka, { topics: [{ topic }], existingTopic: undefined, defaults }, resources as never);
    expect(await problems([])).toEqual([`${foreign(topic)} (Kafka at ${kafka.bootstrapServers})`]);
    // Its creation was interrupted.
    expect(await problems([{ urn: "urn", type: "streaming:kafka:Topic", inputs: { topic } }])).toEqual([]);
  });

  it("is reported missing before anything is created if the stack is to read it", async () => {
    const defaults = { partitions: 1, replicationFactor: 1, minInsyncReplicas: 1, retentionHours: 1 };
    const { topic } = (await topicHandler.create(topicOf(), "name")).state;
    const problems = (existingTopic: string) =>
      kafkaProblems(kafka, { topics: [], existingTopic, defaults }, []);
    expect(await problems(topic)).toEqual([]);
    expect(await problems(`${topic}-2`)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^source.topic is ${topic}-2, and source.existing is true, but that topic does not exist, or this login is not allowed to see it \\(Kafka at ${kafka.bootstrapServers}, which has .*: create it, set source.topic to one that is there, or leave source.existing out, so that the stack makes it$`,
        ),
      ),
    ]);
  });

  it("is tried out before anything is created", async () => {
    const names = [uniqueName("shared"), uniqueName("shared")];
    const defaults = { partitions: 1, replicationFactor: 3, minInsyncReplicas: 2, retentionHours: 1 };
    const planned = { topics: names.map((topic) => ({ topic })), existingTopic: undefined, defaults };
    expect(await kafkaProblems(kafka, planned, [])).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Kafka at ${kafka.bootstrapServers} refuses ${names.join(", ")}: .*: set kafka.replicationFactor to a number that it allows$`,
        ),
      ),
    ]);
  });
});

describe("a schema in a shared PostgreSQL", () => {
  const schemaOf = (change: Partial<SchemaInputs> = {}): SchemaInputs => ({
    connection: postgres,
    schema: own(uniqueName("shared"), schemas),
    madeBy: MADE_BY,
    creators: [],
    ...change,
  });
  const exists = async (schema: string) =>
    (await query(`SELECT 1 FROM pg_namespace WHERE nspname = '${schema}'`)).length > 0;

  it("is created and dropped", async () => {
    const { state } = await schemaHandler.create(schemaOf(), "name");
    expect(await schemaHandler.read("id", state)).toEqual(state);
    expect(await schemaHandler.diff(state, state)).toEqual({ changed: false });
    await schemaHandler.delete("id", state);
    expect(await exists(state.schema)).toBe(false);
    expect(await schemaHandler.read("id", state)).toBe(undefined);
    expect(await schemaHandler.diff(state, state)).toEqual({ changed: true });
  });

  it("stays if it existed before, or if others have put something into it", async () => {
    const before = schemaOf();
    await query(`CREATE SCHEMA ${before.schema}`);
    const { state } = await schemaHandler.create(before, "name");
    await schemaHandler.delete("id", state);
    expect(await exists(state.schema)).toBe(true);
    const used = (await schemaHandler.create(schemaOf(), "name")).state;
    await query(`CREATE TABLE ${used.schema}.reports (report TEXT)`);
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    await schemaHandler.delete("id", used);
    expect(warning.mock.calls).toEqual([
      [
        `warning: [runtime] the schema ${used.schema} of PostgreSQL at ${postgres.host}:${postgres.port} was kept: it contains reports, which this stack did not create`,
      ],
    ]);
    expect(await exists(used.schema)).toBe(true);
  });

  it("stays if others have created a function in it, which is named", async () => {
    const { state } = await schemaHandler.create(schemaOf(), "name");
    await query(`CREATE FUNCTION ${state.schema}.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'`);
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    await schemaHandler.delete("id", state);
    expect(warning.mock.calls).toEqual([
      [expect.stringContaining(`was kept: it contains function ${state.schema}.one(), which this stack`)],
    ]);
    expect(await exists(state.schema)).toBe(true);
  });

  it("is updated although a role that it once granted access no longer exists", async () => {
    const gone = uniqueName("gone");
    const { state } = await schemaHandler.create(schemaOf(), "name");
    const updated = { ...state, creators: [] };
    expect(await schemaHandler.update("id", { ...state, creators: [gone] }, updated)).toEqual(updated);
  });

  it("grants roles access, and revokes it", async () => {
    await query(`CREATE ROLE ${role} LOGIN PASSWORD 'tenant'`);
    const may = async (schema: string, privilege: string) =>
      (await query(`SELECT has_schema_privilege('${role}', '${schema}', '${privilege}') AS may`))[0]?.may;
    const { state } = await schemaHandler.create(schemaOf({ creators: [role] }), "name");
    expect([await may(state.schema, "USAGE"), await may(state.schema, "CREATE")]).toEqual([true, true]);
    expect(await schemaHandler.read("id", state)).toEqual(state);
    const updated = await schemaHandler.update("id", state, { ...state, creators: [] });
    expect([await may(state.schema, "USAGE"), await may(state.schema, "CREATE")]).toEqual([false, false]);
    await schemaHandler.delete("id", updated);
    expect(await exists(state.schema)).toBe(false);
  });

  it("lets a role use it until that is no longer wanted", async () => {
    const former = uniqueName("tenant");
    await query(`CREATE ROLE ${former}`);
    const { schema } = (await schemaHandler.create(schemaOf(), "name")).state;
    const may = async (role: string) =>
      (await query(`SELECT has_schema_privilege('${role}', '${schema}', 'USAGE') AS may`))[0]?.may;
    const inputs = { connection: postgres, schema, role: former };
    const { id, state } = await schemaGrantHandler.create(inputs, "name");
    expect(await may(former)).toBe(true);
    expect(await schemaGrantHandler.read(id, state)).toEqual(inputs);
    expect(await schemaGrantHandler.diff(state, inputs)).toEqual({ changed: false });
    // The former role keeps its access until everything has moved to the new one.
    expect(await schemaGrantHandler.diff(state, { ...inputs, role })).toEqual({
      changed: true,
      replaces: ["role"],
      createFirst: true,
    });
    await query(`REVOKE USAGE ON SCHEMA ${schema} FROM ${former}`);
    expect(await schemaGrantHandler.read(id, state)).toBe(undefined);
    expect(await schemaGrantHandler.diff(state, inputs)).toEqual({ changed: true });
    expect(await schemaGrantHandler.update(id, state, inputs)).toEqual(inputs);
    expect(await may(former)).toBe(true);
    await schemaGrantHandler.delete(id, state);
    expect(await may(former)).toBe(false);
    await query(`DROP ROLE ${former}`);
    await schemaGrantHandler.delete(id, state);
  });

  it("passes from one user to the next without a gap, after which the former one can be dropped", async () => {
    const [owner, former, next] = [uniqueName("owner"), uniqueName("user"), uniqueName("user")];
    for (const name of [owner, former, next]) await query(`CREATE ROLE ${name} LOGIN PASSWORD 'tenant'`);
    const as = (user: string) => ({ ...postgres, user, password: "tenant" });
    const { state } = await schemaHandler.create(schemaOf({ creators: [owner] }), "name");
    const table = `${state.schema}.thresholds`;
    await withPostgres(as(owner), (client) => client.query(`CREATE TABLE ${table} (n INTEGER)`));
    const admit = async (role: string) => {
      const usage = { connection: postgres, schema: state.schema, role };
      const reading = { connection: as(owner), table, role, privileges: ["SELECT"] as const };
      return {
        schema: (await schemaGrantHandler.create(usage, "name")).state,
        table: (await grantHandler.create(reading, "name")).state,
      };
    };
    const canRead = (user: string) =>
      withPostgres(as(user), (client) => client.query(`SELECT * FROM ${table}`)).then(
        () => true,
        () => false,
      );
    const granted = await admit(former);
    await admit(next);
    expect([await canRead(former), await canRead(next)]).toEqual([true, true]);
    await grantHandler.delete("id", granted.table);
    await schemaGrantHandler.delete("id", granted.schema);
    await query(`DROP ROLE ${former}`);
    expect([await canRead(former), await canRead(next)]).toEqual([false, true]);
    await query(`DROP SCHEMA ${state.schema} CASCADE; DROP ROLE ${owner}, ${next}`);
  });

  it("has the stack's tables, and takes over none of another owner's", async () => {
    const { schema } = (await schemaHandler.create(schemaOf(), "name")).state;
    const inputs = (table: string) => ({
      connection: postgres,
      table: `${schema}.${table}`,
      ddl: `CREATE TABLE IF NOT EXISTS "${schema}"."${table}" (n INTEGER)`,
      replace: false,
      replaceSetting: "",
      madeBy: MADE_BY,
    });
    const { state } = await tableHandler.create(inputs("ours"), "name");
    // As if it had not been recorded.
    expect((await tableHandler.create(inputs("ours"), "name")).state).toEqual(state);
    expect(await tableHandler.diff(state, inputs("ours"))).toMatchObject({ changed: false });
    await query(`CREATE TABLE ${schema}.theirs (n INTEGER)`);
    const foreign = `the table ${schema}.theirs exists already, and was not created by this stack: set postgres.schema to another schema, or drop or rename the table`;
    expect(await failureOf(tableHandler.create(inputs("theirs"), "name"))).toBe(foreign);
    // Another address may be another server.
    const elsewhere = (table: string) => ({
      ...inputs(table),
      connection: { ...postgres, host: "db.example.com" },
    });
    expect(await tableHandler.update("name", elsewhere("ours"), inputs("ours"))).toEqual(inputs("ours"));
    expect(await failureOf(tableHandler.update("name", elsewhere("theirs"), inputs("theirs")))).toBe(foreign);
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    await tableHandler.update("name", elsewhere("moved"), inputs("moved"));
    expect(warning.mock.calls).toEqual([
      [
        `warning: [runtime] the table ${schema}.moved was missing from PostgreSQL at ${postgres.host}:${postgres.port}, with its rows: it has been recreated, empty. The former one stays in the database ${postgres.database} of PostgreSQL at db.example.com:${postgres.port}, unless the stack has created that database: then up deletes it with its tables`,
      ],
    ]);
    const tables = ["ours", "theirs", "new"].map((table) => `${schema}.${table}`);
    const server = `PostgreSQL at ${postgres.host}:${postgres.port}`;
    expect(await postgresProblems(postgres, { schema, tables, madeBy: MADE_BY })).toEqual([
      `${foreign} (${server})`,
    ]);
  });

  it("needs a privilege that is named if it is missing", async () => {
    const tenant = { ...postgres, user: role, password: "tenant" };
    const server = `PostgreSQL at ${postgres.host}:${postgres.port}`;
    const problems = (schema: string) => postgresProblems(tenant, { schema, tables: [], madeBy: MADE_BY });
    expect(await problems("nowhere")).toEqual([
      `${server} does not allow ${role} to create the schema nowhere in the database postgres: GRANT CREATE ON DATABASE "postgres" TO "${role}", or CREATE SCHEMA "nowhere" AUTHORIZATION "${role}"`,
    ]);
    const { schema } = (await schemaHandler.create(schemaOf(), "name")).state;
    expect(await problems(schema)).toEqual([
      `${server} does not allow ${role} to create tables in the schema ${schema}: GRANT USAGE, CREATE ON SCHEMA "${schema}" TO "${role}", or set postgres.schema to another schema`,
    ]);
  });

  /** What a database of its own in an encoding lacks. */
  async function problemsIn(encoding: string, database: string): Promise<string[]> {
    await query(`CREATE DATABASE ${database} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`);
    const connection = { ...postgres, database };
    const problems = await postgresProblems(connection, { schema: "public", tables: [], madeBy: MADE_BY });
    await query(`DROP DATABASE ${database}`);
    return problems;
  }

  it("is refused if the encoding of the database cannot hold every name of a host", async () => {
    const database = uniqueName("encoded");
    expect(await problemsIn("LATIN1", database)).toEqual([
      `PostgreSQL at ${postgres.host}:${postgres.port} has the database ${database} in the encoding LATIN1, and the stack needs UTF8, because names of hosts can have any character: set postgres.database to one that you create with CREATE DATABASE … ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    ]);
  });

  it.each(["UTF8", "SQL_ASCII"])("may be in a database with the encoding %s", async (encoding) => {
    expect(await problemsIn(encoding, uniqueName("encoded"))).toEqual([]);
  });
});
