import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

const MODULE = pathToFileURL(join(projectDirectory, "cli/engine/outlived.ts")).href;

/** Runs a program in a separate process, because Vitest has its own handlers for uncaught errors. */
const output = (run: string, listener = "") =>
  new Promise<string>((resolve) => {
    const script = `
      import { outlived } from ${JSON.stringify(MODULE)};
      ${listener}
      const result = await outlived(() => ${run}).catch((error) => error.constructor.name + ": " + error.message);
      console.log(result);`;
    execFile(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      { cwd: projectDirectory },
      (_, stdout, stderr) => resolve(stdout.trim() || stderr),
    );
  });

const throwLater = 'setTimeout(() => { throw new Error("the log is gone"); }, 10)';

it("an error thrown outside the run's promise ends the run, with what to do", async () => {
  expect(await output(`new Promise(() => { ${throwLater}; })`)).toBe(
    "UserError: The Pulumi engine ended unexpectedly (the log is gone). Run the command again: it continues from there.",
  );
});

it("an error that Pulumi reports itself does not end the run", async () => {
  const pulumi = 'process.on("uncaughtException", () => {});';
  const run = `new Promise((resolve) => { ${throwLater}; setTimeout(() => resolve("reported"), 100); })`;
  expect(await output(run, pulumi)).toBe("reported");
});

it("the result of the run is that of the command", async () => {
  expect(await output('Promise.resolve("done")')).toBe("done");
});
