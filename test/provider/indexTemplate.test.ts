import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  callOpenSearch,
  countDocuments,
  findDocuments,
  type Method,
} from "../../clients/openSearch/client.ts";
import { openSearchProblems } from "../../components/adopted/openSearchProblems.ts";
import { readSql } from "../../components/pipelineSql.ts";
import type { IndexBody } from "../../provider/opensearch/indexBody.ts";
import { type IndexTemplateInputs, indexTemplateHandler } from "../../provider/opensearch/indexTemplate.ts";
import { testCertificates } from "../support/certificates.ts";
import { uniqueName } from "../support/names.ts";
import { OpenSearchNode } from "../support/openSearch.ts";
import { freePorts } from "../support/ports.ts";
import { failureOf } from "../support/sqlJobs.ts";
import { TlsProxy } from "../support/tlsProxy.ts";

const body = JSON.parse(readSql("openSearch/cpu_load_stats_real_filter_os.json")) as IndexBody;
const reading = {
  time_ltz: "2026/01/05 13:00:00",
  occurred_at: 1767618000000,
  hostname: "happy",
  cpu: "cpu1",
  usage: 90.5,
  threshold: 70,
};

let node: OpenSearchNode;
beforeAll(async () => {
  node = await OpenSearchNode.start();
});
afterAll(() => node?.remove());

const call = <T>(method: Method, path: string, content?: unknown) =>
  callOpenSearch<T>(node.connection, method, path, content);
const write = (index: string, id: string, document: object) =>
  call("PUT", `/${index}/_doc/${id}?refresh=true`, document);

/** Inputs of a separate index for each test. */
function index(change: Partial<IndexTemplateInputs> = {}): IndexTemplateInputs {
  const name = uniqueName("index");
  return { connection: node.connection, template: name, index: name, body, ...change };
}

async function created(change: Partial<IndexTemplateInputs> = {}): Promise<IndexTemplateInputs> {
  return (await indexTemplateHandler.create(index(change), "name")).state;
}

/** The body of {@link index} with different fields. */
function withFields(properties: object): IndexBody {
  const former = body.mappings.properties as object;
  return { ...body, mappings: { ...body.mappings, properties: { ...former, ...properties } } };
}

async function fieldsOf(name: string): Promise<unknown> {
  const answer = await call<Record<string, { mappings: { properties: unknown } }>>(
    "GET",
    `/${name}/_mapping`,
  );
  return answer[name]?.mappings.properties;
}

describe("a new index", () => {
  it("can be queried at once, is empty, and has its fields and settings", async () => {
    const inputs = index();
    expect(await indexTemplateHandler.create(inputs, "name")).toEqual({ id: inputs.template, state: inputs });
    expect(await countDocuments(node.connection, inputs.index)).toBe(0);
    expect(await fieldsOf(inputs.index)).toEqual(body.mappings.properties);
    const settings = await call<Record<string, { settings: { index: object } }>>("GET", `/${inputs.index}`);
    expect(settings[inputs.index]?.settings.index).toMatchObject({
      number_of_shards: "1",
      // A second node would get a copy.
      auto_expand_replicas: "0-1",
      number_of_replicas: "0",
      refresh_interval: "1s",
    });
  });

  it("accepts readings with the time as text and in milliseconds, and nothing else", async () => {
    const inputs = await created();
    await write(inputs.index, "a", reading);
    const range = {
      query: { range: { time_ltz: { gte: "2026/01/05 12:59:59", lt: "2026/01/05 13:00:01" } } },
    };
    expect(await call("POST", `/${inputs.index}/_count`, range)).toMatchObject({ count: 1 });
    const wrong: [object, string][] = [
      [{ ...reading, host: "happy" }, "strict"],
      [{ ...reading, time_ltz: "2026-01-05 13:00:00" }, "time_ltz"],
      [{ ...reading, usage: "much" }, "usage"],
    ];
    for (const [document, reason] of wrong) {
      expect(await failureOf(write(inputs.index, "b", document))).toContain(reason);
    }
    expect(await countDocuments(node.connection, inputs.index)).toBe(1);
  });

  it("returns its documents sorted by a field", async () => {
    const { index: name } = await created();
    const readings = [70, 90, 80].map((usage) => ({ ...reading, usage }));
    for (const document of readings) await write(name, String(document.usage), document);
    const usages = async (order: "asc" | "desc") =>
      (await findDocuments(node.connection, name, { count: 2, by: "usage", order })).map(
        ({ usage }) => usage,
      );
    expect(await usages("asc")).toEqual([70, 80]);
    expect(await usages("desc")).toEqual([90, 80]);
    const [newest] = await findDocuments(node.connection, name, { count: 1, by: "usage", order: "desc" });
    expect(newest).toEqual({ ...reading, usage: 90 });
  });

  it("reads back as requested, which is not a change", async () => {
    const inputs = await created();
    const seen = await indexTemplateHandler.read(inputs.template, inputs);
    expect(seen).toEqual(inputs);
    expect(await indexTemplateHandler.diff(seen ?? inputs, inputs)).toEqual({ changed: false, replaces: [] });
  });

  it("is not created by a write to an unknown name", async () => {
    const name = uniqueName("index");
    expect(await failureOf(write(name, "a", reading))).toContain(`no such index [${name}]`);
  });

  it("fails with OpenSearch's reason if OpenSearch refuses it", async () => {
    const inputs = index({ body: withFields({ usage: { type: "percent" } }) });
    expect(await failureOf(indexTemplateHandler.create(inputs, "name"))).toMatch(
      /^OpenSearch at http:\S+ refuses PUT \/_index_template\/\S+ \(400\): .*: No handler for type \[percent\]/,
    );
    expect(await indexTemplateHandler.read(inputs.template, inputs)).toBe(undefined);
  });
});

describe("an existing index", () => {
  it("is adopted with its documents and gets the requested settings", async () => {
    const inputs = index({ body: withFields({ rack: { type: "keyword" } }) });
    await call("PUT", `/${inputs.index}`, { mappings: body.mappings });
    await write(inputs.index, "a", reading);
    await indexTemplateHandler.create(inputs, "name");
    expect(await indexTemplateHandler.read(inputs.template, inputs)).toEqual(inputs);
    expect(await countDocuments(node.connection, inputs.index)).toBe(1);
    expect(await fieldsOf(inputs.index)).toHaveProperty("rack", { type: "keyword" });
    // With the default of one replica, which a single node cannot hold, it was yellow.
    expect(await call("GET", `/_cluster/health/${inputs.index}`)).toMatchObject({ status: "green" });
  });
});

describe("an update of an index", () => {
  it("adds a field and changes a setting and keeps the documents", async () => {
    const inputs = await created();
    await write(inputs.index, "a", reading);
    const fields = withFields({ rack: { type: "keyword" } });
    const wanted = { ...inputs, body: { ...fields, settings: { ...body.settings, refresh_interval: "2s" } } };
    expect(await indexTemplateHandler.diff(inputs, wanted)).toEqual({ changed: true, replaces: [] });
    expect(await indexTemplateHandler.update(inputs.template, inputs, wanted)).toEqual(wanted);
    await write(inputs.index, "b", { ...reading, rack: "r1" });
    expect(await countDocuments(node.connection, inputs.index)).toBe(2);
    expect(await indexTemplateHandler.read(inputs.template, wanted)).toEqual(wanted);
    const settings = await call<Record<string, unknown>>("GET", `/${inputs.index}/_settings`);
    expect(JSON.stringify(settings)).toContain('"refresh_interval":"2s"');
  });

  it.each([
    ["mapping", withFields({ usage: { type: "integer" } }), "usage"],
    ["settings", { ...body, settings: { ...body.settings, number_of_shards: 2 } }, "number_of_shards"],
  ])("whose %s OpenSearch refuses reports what to do and changes nothing", async (what, changed, reason) => {
    const inputs = await created();
    await write(inputs.index, "a", reading);
    const failure = await failureOf(
      indexTemplateHandler.update(inputs.template, inputs, { ...inputs, body: changed }),
    );
    expect(failure).toMatch(
      new RegExp(`^OpenSearch cannot change the ${what} of the index ${inputs.index} in place: .*${reason}`),
    );
    const command = `curl -X DELETE ${node.connection.url}/${inputs.index}`;
    expect(failure).toContain(
      `Revert the change; or delete the index, with all of its documents, by: ${command}`,
    );
    expect(await indexTemplateHandler.read(inputs.template, inputs)).toEqual(inputs);
    expect(await countDocuments(node.connection, inputs.index)).toBe(1);

    // The message is true.
    await call("DELETE", `/${inputs.index}`);
    const wanted = { ...inputs, body: changed };
    await indexTemplateHandler.update(inputs.template, inputs, wanted);
    expect(await indexTemplateHandler.read(inputs.template, wanted)).toEqual(wanted);
  });

  it("keeps an integer field that should hold decimals and accepts them anyway", async () => {
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    const inputs = await created({ body: withFields({ threshold: { type: "integer" } }) });
    await write(inputs.index, "a", reading);
    await indexTemplateHandler.update(inputs.template, inputs, { ...inputs, body });
    expect(await fieldsOf(inputs.index)).toHaveProperty("threshold", { type: "integer" });
    await write(inputs.index, "b", { ...reading, threshold: 82.5 });
    const documents = await findDocuments(node.connection, inputs.index, {
      count: 2,
      by: "threshold",
      order: "desc",
    });
    expect(documents.map(({ threshold }) => threshold)).toEqual([82.5, 70]);
    expect(warning.mock.calls.flat().join()).toContain(
      `the index ${inputs.index} keeps its field threshold as integer`,
    );
    warning.mockRestore();
  });

  it("restores a template that somebody changed", async () => {
    const inputs = await created();
    const settings = { ...body.settings, refresh_interval: "9s" };
    await call("PUT", `/_index_template/${inputs.template}`, {
      index_patterns: [inputs.index],
      template: { ...body, settings },
    });
    const seen = await indexTemplateHandler.read(inputs.template, inputs);
    expect(seen).not.toEqual(inputs);
    expect(await indexTemplateHandler.diff(seen ?? inputs, inputs)).toEqual({ changed: true, replaces: [] });
    await indexTemplateHandler.update(inputs.template, seen ?? inputs, inputs);
    expect(await indexTemplateHandler.read(inputs.template, inputs)).toEqual(inputs);
  });
});

describe("a missing index", () => {
  it.each([
    ["", ["index and documents"]],
    ["_index_template/", []],
  ])("is reported after DELETE /%s… and recreated by an update that warns of %j", async (path, lost) => {
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    const inputs = await created();
    expect(await indexTemplateHandler.diff(inputs, inputs)).toEqual({ changed: false, replaces: [] });
    await call("DELETE", `/${path}${inputs.index}`);
    expect(await indexTemplateHandler.read(inputs.template, inputs)).toBe(undefined);
    expect(await indexTemplateHandler.diff(inputs, inputs)).toEqual({ changed: true, replaces: [] });
    await indexTemplateHandler.update(inputs.template, inputs, inputs);
    expect(await indexTemplateHandler.read(inputs.template, inputs)).toEqual(inputs);
    expect(warning.mock.calls).toEqual(
      lost.map(() => [
        `warning: [runtime] the index ${inputs.index} was missing from OpenSearch at ${node.connection.url}, with its documents: it has been recreated, empty`,
      ]),
    );
    warning.mockRestore();
  });

  it("is the result of delete, as is a missing template, however often delete is called", async () => {
    const inputs = await created();
    await indexTemplateHandler.delete(inputs.template, inputs);
    for (const path of [`/${inputs.index}`, `/_index_template/${inputs.template}`]) {
      expect(await failureOf(call("GET", path))).toMatch(/\(404\)/);
    }
    await indexTemplateHandler.delete(inputs.template, inputs);
  });
});

describe("an OpenSearch that does not answer", () => {
  const nowhere = async () => {
    const [port] = await freePorts(1);
    return index({ connection: { url: `http://127.0.0.1:${port}` } });
  };

  it("leaves the state of its indexes unchanged", async () => {
    const state = await nowhere();
    expect(await indexTemplateHandler.read(state.template, state)).toEqual(state);
  });

  it("makes create fail with its address", async () => {
    const inputs = await nowhere();
    expect(await failureOf(indexTemplateHandler.create(inputs, "name"))).toBe(
      `OpenSearch at ${inputs.connection.url} does not answer: ECONNREFUSED`,
    );
  });
});

describe("in a shared OpenSearch", () => {
  const madeBy = "made by the stack acme";
  const signed = (change: Partial<IndexTemplateInputs> = {}) =>
    index({ body: { ...body, mappings: { ...body.mappings, _meta: { madeBy } } }, madeBy, ...change });

  it("an index of the stack that an interrupted up left behind is taken over, and another owner's is not", async () => {
    const inputs = signed();
    const { state } = await indexTemplateHandler.create(inputs, "name");
    expect((await indexTemplateHandler.create(inputs, "name")).state).toEqual(state);
    expect(await indexTemplateHandler.diff(state, inputs)).toEqual({ changed: false, replaces: [] });
    const foreign = await created();
    const { connection } = signed();
    const taken = { ...signed(), index: foreign.index, template: foreign.index };
    const problem = `the index ${foreign.index} exists already, and was not created by this stack: set names.prefix to another prefix, or delete it`;
    expect(await failureOf(indexTemplateHandler.create(taken, "name"))).toBe(problem);
    expect(await openSearchProblems(connection, [inputs.index, foreign.index], madeBy)).toEqual([
      `${problem} (OpenSearch at ${connection.url})`,
    ]);
  });

  it("over TLS and with a login, an index is created and deleted, and a wrong password is named", async () => {
    const { authority, server } = testCertificates();
    const proxy = await TlsProxy.start(server, Number(new URL(node.connection.url).port), "acme:secret");
    try {
      const url = `https://127.0.0.1:${proxy.port}`;
      const connection = { url, username: "acme", password: "secret", ca: authority.ca };
      expect(await openSearchProblems(connection, ["nothing_there"], madeBy)).toEqual([]);
      const { state } = await indexTemplateHandler.create(signed({ connection }), "name");
      expect(await indexTemplateHandler.read("id", state)).toEqual(state);
      await indexTemplateHandler.delete("id", state);
      expect(await indexTemplateHandler.read("id", state)).toBe(undefined);
      const wrong = openSearchProblems({ ...connection, password: "wrong" }, [], madeBy);
      expect(await failureOf(wrong)).toBe(
        `OpenSearch at ${url} does not accept the user name and password (401)`,
      );
    } finally {
      await proxy.close();
    }
  });
});
