import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../../lib/paths.ts";

const TABLE = "sql/flink/tables/cpu_hottest.sql";
const STATEMENT = "sql/flink/pipelines/hottest.sql";
const CATALOGUE = "components/pipelines.ts";
const BEGIN = "export const pipelines = {\n";

/** Adds the pipeline `hottest` to a copy of the project, with the examples of docs/pipelines.md. */
export function addOwnPipeline(directory: string): void {
  const page = readFileSync(join(projectDirectory, "docs/pipelines.md"), "utf8");
  const [table = "", statement = "", entry = ""] = [...page.matchAll(/```(?:sql|ts)\n([\s\S]*?)```/g)].map(
    ([, code = ""]) => code,
  );
  const catalogue = readFileSync(join(directory, CATALOGUE), "utf8");
  if (!catalogue.includes(BEGIN)) throw new Error(`${CATALOGUE} does not have the line ${BEGIN}`);
  writeFileSync(join(directory, TABLE), table);
  writeFileSync(join(directory, STATEMENT), statement);
  writeFileSync(
    join(directory, CATALOGUE),
    catalogue.replace(BEGIN, () => BEGIN + entry),
  );
}

export function removeOwnPipeline(directory: string): void {
  for (const file of [TABLE, STATEMENT]) rmSync(join(directory, file), { force: true });
  copyFileSync(join(projectDirectory, CATALOGUE), join(directory, CATALOGUE));
}
