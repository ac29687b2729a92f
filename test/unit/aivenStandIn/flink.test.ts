import { beforeEach, describe, expect, it } from "vitest";
import { call, done, pass, refusal, useStandIn } from "./standInCalls.ts";

interface Identified {
  readonly id: string;
}

useStandIn();
const APPLICATIONS = "/service/flink/flink/application";
const STEP_MS = 1_000;
let kafka: string;
let application: string;

const integrate = (source: string, destination = "flink", type = "flink") =>
  call<{ service_integration: { service_integration_id: string } }>("POST", "/integration", {
    integration_type: type,
    source_service: source,
    dest_service: destination,
  });
const table = (name: string, connector = "kafka", more = "") => ({
  create_table: `CREATE TABLE ${name} (a INT) WITH ('connector' = '${connector}'${more})`,
  integration_id: kafka,
});
const VERSION = () => ({
  statement: "INSERT INTO b SELECT a FROM a",
  sources: [table("a")],
  sinks: [table("b")],
});
const version = (changes: Record<string, unknown> = {}) =>
  call<Identified>("POST", `${APPLICATIONS}/${application}/version`, { ...VERSION(), ...changes });
const deploy = (versionId: string, changes: Record<string, unknown> = {}, to = application) =>
  call<Identified>("POST", `${APPLICATIONS}/${to}/deployment`, { version_id: versionId, ...changes });
const deployment = (id: string, action = "") => `${APPLICATIONS}/${application}/deployment/${id}${action}`;
const status = async (id: string) => (await done<{ status: string }>("GET", deployment(id))).status;
const newApplication = async (name: string) => (await done<Identified>("POST", APPLICATIONS, { name })).id;

beforeEach(async () => {
  kafka = (await integrate("kafka")).body.service_integration.service_integration_id;
  application = await newApplication("pipeline");
});

describe("an integration", () => {
  it.each([
    [409, /already exists/, "kafka", "flink", "flink"],
    [400, "Service kafka is not of type flink", "pg", "kafka", "flink"],
    [
      400,
      /Source of a flink integration is one of kafka, pg, opensearch, not flink/,
      "flink",
      "flink",
      "flink",
    ],
    [404, "Service none does not exist", "none", "flink", "flink"],
    [400, /Integration type 'dashboard' is not modelled here/, "kafka", "flink", "dashboard"],
    [400, "Service flink is not of type pg", "kafka", "flink", "metrics"],
  ])("is refused: %i %s", async (code, message, source, destination, type) => {
    expect(await integrate(source, destination, type)).toEqual(refusal(code, message));
  });

  it("stays while a version uses it", async () => {
    const { id } = (await version()).body;
    expect(await call("DELETE", `/integration/${kafka}`)).toEqual(refusal(409, /used by 1 version/));
    await done("DELETE", `${APPLICATIONS}/${application}/version/${id}`);
    await done("DELETE", `/integration/${kafka}`);
    expect(await call("GET", `/integration/${kafka}`)).toMatchObject({ status: 404 });
  });
});

describe("a version", () => {
  it("is numbered and has the names of its tables", async () => {
    const commented = { ...table("`in`"), create_table: `-- Not ; this.\n${table("`in`").create_table};\n` };
    expect(await version({ sources: [commented] })).toMatchObject({
      body: {
        version: 1,
        sources: [{ table_name: "in", integration_id: kafka }],
        sinks: [{ table_name: "b" }],
      },
    });
    expect(await version()).toMatchObject({ body: { version: 2 } });
  });

  it.each([
    [400, /expected INSERT INTO, not: SET/, () => ({ statement: "SET 'a' = 'b'" })],
    [
      400,
      /only one INSERT INTO statement/,
      () => ({ statement: "INSERT INTO b SELECT 1; INSERT INTO b SELECT 2" }),
    ],
    [
      400,
      /expected INSERT INTO, not: EXECUTE/,
      () => ({ statement: "EXECUTE STATEMENT SET BEGIN INSERT INTO b SELECT 1 END" }),
    ],
    [400, /Object 'c' not found among the sinks/, () => ({ statement: "INSERT INTO c SELECT a FROM a" })],
    [400, /table b is declared twice/, () => ({ sources: [table("b")] })],
    [400, /expected CREATE TABLE/, () => ({ sources: [{ create_table: "CREATE VIEW a AS SELECT 1" }] })],
    [400, /no WITH clause/, () => ({ sources: [{ create_table: "CREATE TABLE a (b INT)" }] })],
    [
      400,
      /connector kafka, which needs an integration/,
      () => ({ sources: [{ ...table("a"), integration_id: null }] }),
    ],
    [400, /connector jdbc, its integration is with kafka/, () => ({ sources: [table("a", "jdbc")] })],
    [
      400,
      /table a sets 'properties.sasl.jaas.config'/,
      () => ({ sources: [table("a", "kafka", ", 'properties.sasl.jaas.config' = 'x'")] }),
    ],
    [
      404,
      /^Integration not found: 0{8}-/,
      () => ({ sources: [{ ...table("a"), integration_id: "00000000-0000-0000-0000-000000000000" }] }),
    ],
  ])("is refused: %i %s", async (code, message, changes) => {
    expect(await version(changes())).toEqual(refusal(code, message));
  });

  it("needs no integration for a connector without a service", async () => {
    const slack = { create_table: "CREATE TABLE b (m STRING) WITH ('connector' = 'slack', 'token' = 't')" };
    expect(await version({ sinks: [slack] })).toMatchObject({ status: 200 });
  });
});

describe("a deployment", () => {
  it("starts, is cancelled and is deleted, one step after another", async () => {
    const { id } = (await deploy((await version()).body.id)).body;
    expect(await status(id)).toBe("INITIALIZING");
    expect(await call("POST", deployment(id, "/cancel"))).toMatchObject({ status: 409 });
    pass(STEP_MS);
    expect(await status(id)).toBe("CREATED");
    pass(STEP_MS);
    expect(await status(id)).toBe("RUNNING");
    expect(await call("DELETE", deployment(id))).toEqual(
      refusal(409, "Deployment in status RUNNING cannot be deleted"),
    );
    expect(await done("POST", deployment(id, "/cancel"))).toMatchObject({ status: "CANCELLING_REQUESTED" });
    pass(STEP_MS);
    expect(await status(id)).toBe("CANCELLING");
    expect(await call("DELETE", deployment(id))).toMatchObject({ status: 409 });
    pass(STEP_MS);
    expect(await status(id)).toBe("CANCELED");
    expect(await call("POST", deployment(id, "/cancel"))).toMatchObject({ status: 409 });
    expect(await done("DELETE", deployment(id))).toMatchObject({ status: "DELETE_REQUESTED" });
    pass(2 * STEP_MS);
    expect(await call("GET", deployment(id))).toEqual(refusal(404, `Deployment not found: ${id}`));
  });

  it("is the only active one of its application", async () => {
    const versionId = (await version()).body.id;
    const { id } = (await deploy(versionId)).body;
    expect(await deploy(versionId)).toEqual(
      refusal(409, "Application 'pipeline' already has an active deployment"),
    );
    pass(2 * STEP_MS);
    expect(await done("GET", `${APPLICATIONS}/${application}`)).toMatchObject({
      current_deployment: { id, status: "RUNNING" },
    });
    await done("POST", deployment(id, "/cancel"));
    pass(2 * STEP_MS);
    expect(await deploy(versionId)).toMatchObject({ status: 200 });
  });

  it("fails if the service has no task slots left", async () => {
    const other = await newApplication("other");
    const { id: versionId } = await done<Identified>("POST", `${APPLICATIONS}/${other}/version`, VERSION());
    await deploy(versionId, { parallelism: 2 }, other);
    const { id } = (await deploy((await version()).body.id, { parallelism: 2 })).body;
    pass(2 * STEP_MS);
    expect(await done("GET", deployment(id))).toMatchObject({
      status: "FAILED",
      error_msg: expect.stringContaining("NoResourceAvailableException"),
    });
    await done("DELETE", deployment(id));
    const { id: smaller } = (await deploy((await version()).body.id, { parallelism: 1 })).body;
    pass(2 * STEP_MS);
    expect(await status(smaller)).toBe("RUNNING");
  });

  it("resumes from the savepoint that a stopped deployment leaves", async () => {
    const versionId = (await version()).body.id;
    const { id } = (await deploy(versionId)).body;
    pass(2 * STEP_MS);
    expect(await done("POST", deployment(id, "/stop"))).toMatchObject({
      status: "SAVING_AND_STOP_REQUESTED",
    });
    pass(STEP_MS);
    expect(await status(id)).toBe("SAVING_AND_STOP");
    pass(STEP_MS);
    const { last_savepoint: savepoint } = await done<{ last_savepoint: string }>("GET", deployment(id));
    expect(await status(id)).toBe("FINISHED");
    expect(await deploy(versionId, { starting_savepoint: `${savepoint}0` })).toEqual(
      refusal(400, `Savepoint not found: ${savepoint}0`),
    );
    expect(await deploy(versionId, { starting_savepoint: savepoint })).toMatchObject({
      status: 200,
      body: { starting_savepoint: savepoint },
    });
  });

  it.each([{ parallelism: 0 }, { parallelism: 129 }])("is refused with %j", async (wrong) => {
    expect(await deploy((await version()).body.id, wrong)).toMatchObject({ status: 400 });
  });
});

describe("what a deployment refers to", () => {
  it("is deleted after it: version, application, service", async () => {
    const { id: versionId } = (await version()).body;
    const path = `${APPLICATIONS}/${application}`;
    const { id } = (await deploy(versionId)).body;
    pass(2 * STEP_MS);
    expect(await call("DELETE", `${path}/version/${versionId}`)).toEqual(
      refusal(417, "Application version deletion forbidden because it has 1 deployment(s)."),
    );
    expect(await call("DELETE", path)).toEqual(
      refusal(417, "Application deletion forbidden because it has 1 deployment(s)."),
    );
    expect(await call("DELETE", "/service/flink")).toMatchObject({ status: 409 });
    await done("POST", deployment(id, "/cancel"));
    pass(2 * STEP_MS);
    await done("DELETE", deployment(id));
    pass(2 * STEP_MS);
    expect(await call("DELETE", path)).toEqual(
      refusal(417, "Application deletion forbidden because it has 1 version(s)."),
    );
    await done("DELETE", `${path}/version/${versionId}`);
    await done("DELETE", path);
    await done("DELETE", "/service/flink");
  });

  it("may be deleted with its service after it is cancelled", async () => {
    const { id } = (await deploy((await version()).body.id)).body;
    pass(2 * STEP_MS);
    await done("POST", deployment(id, "/cancel"));
    pass(2 * STEP_MS);
    await done("DELETE", "/service/flink");
  });
});

describe("an application", () => {
  it("has its own name, which can change", async () => {
    expect(await call("POST", APPLICATIONS, { name: "pipeline" })).toEqual(
      refusal(409, "Application 'pipeline' already exists"),
    );
    const other = await newApplication("other");
    expect(await call("PUT", `${APPLICATIONS}/${other}`, { name: "pipeline" })).toMatchObject({
      status: 409,
    });
    await done("PUT", `${APPLICATIONS}/${other}`, { name: "third" });
    expect(await done("GET", APPLICATIONS)).toMatchObject({
      applications: [{ name: "pipeline" }, { name: "third" }],
    });
  });
});
