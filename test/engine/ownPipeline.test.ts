import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectDirectory } from "../../lib/paths.ts";
import { Checkout } from "../support/checkout.ts";

let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
});
afterAll(async () => {
  await checkout.npm(["run", "destroy", "--", "local"]);
  checkout.remove();
});

/** The examples of docs/pipelines.md, in order: table, statement, entry. */
function examples(): string[] {
  const page = readFileSync(join(projectDirectory, "docs/pipelines.md"), "utf8");
  return [...page.matchAll(/```(?:sql|ts)\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
}

it("a pipeline added as docs/pipelines.md describes runs like the others", async () => {
  const [table = "", statement = "", entry = ""] = examples();
  const write = (path: string, text: string) => writeFileSync(join(checkout.directory, path), text);
  write("sql/flink/tables/cpu_hottest.sql", table);
  write("sql/flink/pipelines/hottest.sql", statement);
  const catalogue = readFileSync(join(checkout.directory, "components/pipelines.ts"), "utf8");
  const begin = "export const pipelines = {\n";
  expect(catalogue).toContain(begin);
  write("components/pipelines.ts", catalogue.replace(begin, begin + entry));
  checkout.set("pipelines", ["hottest"]);
  checkout.set("openSearch.enabled", false);

  const { code, stdout } = await checkout.npm(["start"]);
  expect(stdout).toMatch(/^ {2}hottest +window_start \S+ \S+ +hostname \w+ +usage_max +[\d.]+$/m);
  expect(stdout).toMatch(/^ {4}hottest +topic cpu_hottest$/m);
  expect(code).toBe(0);
});
