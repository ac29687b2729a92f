import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

interface Workflow {
  readonly on: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly if: string;
  readonly "runs-on": string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const read = (file: string) => readFileSync(join(projectDirectory, file), "utf8");
// From Pulumi's SDK, which reads the stack files with it.
const yaml = createRequire(import.meta.resolve("@pulumi/pulumi"))("js-yaml") as {
  load(text: string): unknown;
};

it("the example workflow previews pull requests, and runs commands and stacks that exist", () => {
  const text = read("docs/examples/aiven-prod.yml");
  const { on, jobs } = yaml.load(text) as Workflow;
  expect(Object.keys(on)).toEqual(["pull_request", "push"]);
  expect(jobs.preview?.if).toContain("pull_request");
  expect(jobs.preview?.steps.at(-1)?.with).toMatchObject({ command: "preview", "stack-name": "prod" });
  expect(jobs.up?.steps.at(-1)?.run).toBe("npm run up -- prod");
  // GitHub's own have no fixed address, which aiven.allowedNetworks could contain.
  expect(jobs.up?.["runs-on"]).toBe("self-hosted");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  expect(scripts).toHaveProperty("up");
  expect(existsSync(join(projectDirectory, "Pulumi.prod.yaml"))).toBe(true);
});

it("the example workflow uses the same versions of actions as this project", () => {
  const versions = (file: string) =>
    new Map(
      [...read(file).matchAll(/uses: (actions\/\S+)@(\S+)/g)].map(([, action, version]) => [action, version]),
    );
  const own = versions(".github/workflows/ci.yml");
  const used = versions("docs/examples/aiven-prod.yml");
  expect([...used.keys()]).toContain("actions/checkout");
  for (const [action, version] of used) expect([action, version]).toEqual([action, own.get(action)]);
});
