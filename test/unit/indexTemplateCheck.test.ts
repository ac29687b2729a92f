import { describe, expect, it } from "vitest";
import { deletion, normalisedSettings } from "../../provider/opensearch/indexAdmin.ts";
import { type IndexTemplateInputs, indexTemplateHandler } from "../../provider/opensearch/indexTemplate.ts";

const inputs: IndexTemplateInputs = {
  connection: { url: "http://127.0.0.1:1" },
  template: "readings",
  index: "readings",
  body: { settings: { number_of_shards: 1 }, mappings: { dynamic: "strict" } },
};

describe("the inputs of an index template", () => {
  it.each(["a", "cpu_load-stats.1", "...", ".hidden", "größe", "x".repeat(255)])(
    'may have the name "%s"',
    (name) => {
      expect(indexTemplateHandler.check({ ...inputs, template: name, index: name }, undefined)).toEqual([]);
    },
  );

  it.each([
    ...[
      "",
      ".",
      "..",
      "_a",
      "-a",
      "+a",
      "A",
      "cpuLoad",
      "a b",
      "a\n",
      "a,b",
      "a*",
      "a/b",
      "a\\b",
      "a:b",
      "a#b",
    ],
    ...['a"b', "a<b", "a>b", "a|b", "a?b", "x".repeat(256), "ü".repeat(128)],
  ])('may not have the name "%s"', (name) => {
    for (const property of ["template", "index"]) {
      const [problem, ...others] = indexTemplateHandler.check({ ...inputs, [property]: name }, undefined);
      expect(problem?.property).toBe(property);
      expect(problem?.reason).toContain(
        `"${name}" is not a valid name in OpenSearch: 1 to 255 bytes without capital`,
      );
      expect(others).toEqual([]);
    }
  });
});

describe("a change of an index template", () => {
  it("is not a change if only the order of keys differs", async () => {
    const wanted = { ...inputs, body: { mappings: inputs.body.mappings, settings: inputs.body.settings } };
    expect(await indexTemplateHandler.diff(inputs, wanted)).toEqual({ changed: false, replaces: [] });
  });

  it("of body or connection is an update, and of a name a replacement", async () => {
    const body = { ...inputs.body, mappings: {} };
    expect(await indexTemplateHandler.diff(inputs, { ...inputs, body })).toEqual({
      changed: true,
      replaces: [],
    });
    const connection = { url: "http://127.0.0.1:2" };
    expect(await indexTemplateHandler.diff(inputs, { ...inputs, connection })).toEqual({
      changed: true,
      replaces: [],
    });
    expect(await indexTemplateHandler.diff(inputs, { ...inputs, template: "other", index: "other" })).toEqual(
      {
        changed: true,
        replaces: ["template", "index"],
      },
    );
  });
});

it("settings mean the same nested or flat, with or without the word index, as number or text", () => {
  const flat = { "index.number_of_shards": "1", "index.mapping.total_fields.limit": "50" };
  expect(normalisedSettings(flat)).toEqual(flat);
  expect(normalisedSettings({ number_of_shards: 1, mapping: { total_fields: { limit: 50 } } })).toEqual(flat);
  expect(normalisedSettings({ index: { number_of_shards: "1", "mapping.total_fields.limit": 50 } })).toEqual(
    flat,
  );
});

it("the command that deletes an index asks for the password if OpenSearch has a login", () => {
  const url = "https://search:9200";
  expect(deletion({ url }, "rows")).toBe("curl -X DELETE https://search:9200/rows");
  const login = { username: "acme-search", password: "secret" };
  expect(deletion({ url, ...login }, "rows")).toBe("curl -X DELETE -u acme-search https://search:9200/rows");
});
