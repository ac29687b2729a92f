import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { colorsFor } from "../../../lib/colors.ts";
import { projectDirectory } from "../../../lib/paths.ts";

it.each<[string, boolean, NodeJS.ProcessEnv]>([
  ["a terminal", true, {}],
  ["a file with FORCE_COLOR=1", false, { FORCE_COLOR: "1" }],
  ["a terminal without abilities, with FORCE_COLOR=true", true, { FORCE_COLOR: "true", TERM: "dumb" }],
])("there are colours on %s", (_where, isTTY, env) => {
  expect(colorsFor({ isTTY }, env).red("x")).toBe("\u001b[31mx\u001b[39m");
});

it.each<[string, boolean, NodeJS.ProcessEnv]>([
  ["in a file", false, {}],
  ["in a file that CI writes", false, { CI: "1" }],
  ["in a file with FORCE_COLOR empty", false, { FORCE_COLOR: "" }],
  ["on a terminal with FORCE_COLOR=0", true, { FORCE_COLOR: "0" }],
  ["on a terminal with FORCE_COLOR=false", true, { FORCE_COLOR: "false" }],
  ["on a terminal with NO_COLOR", true, { NO_COLOR: "1" }],
  ["anywhere with both NO_COLOR and FORCE_COLOR", true, { NO_COLOR: "1", FORCE_COLOR: "1" }],
  ["on a terminal without abilities", true, { TERM: "dumb" }],
])("there are no colours %s", (_where, isTTY, env) => {
  expect(colorsFor({ isTTY }, env).red("x")).toBe("x");
});

it("what a command prints into a pipe has no colours in CI", () => {
  const script = `
    import { describeFindings } from "./cli/output/findings.ts";
    import { jobReport } from "./components/jobReport.ts";
    import { table } from "./lib/table.ts";
    console.log(table(jobReport("local", [{ job: "filter", state: "RUNNING", detail: "1" }], "").rows));
    console.log(describeFindings("local", [{ name: "Node", value: "v24" }]));`;
  const { NO_COLOR, FORCE_COLOR, ...environment } = process.env;
  const printed = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: projectDirectory,
    env: { ...environment, CI: "1" },
    encoding: "utf8",
  });
  expect(printed).toBe(
    "  filter  RUNNING  1\n✔ Node  v24\n\nNothing here is in the way of the stack local.\n",
  );
});

it("only one module decides about colours", () => {
  const folders = ["apps", "cli", "clients", "components", "lib", "provider", "setup"];
  const found = execFileSync("git", ["grep", "-l", 'from "picocolors"', "--", ...folders], {
    cwd: projectDirectory,
    encoding: "utf8",
  });
  expect(found).toBe("lib/colors.ts\n");
});
