import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";
import { minimumJava, minimumPulumi } from "../../../tools/prerequisites.mjs";

const read = (file: string) => readFileSync(join(projectDirectory, file), "utf8");
const { engines, dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
  "engines" | "dependencies" | "devDependencies",
  Record<string, string>
>;
const node = read(".nvmrc").trim();

it("every file that names a version of Node names that of .nvmrc", () => {
  expect(engines.node).toMatch(new RegExp(`^>=${node}\\.`));
  expect(read(".devcontainer/Dockerfile")).toContain(`FROM node:${node}-`);
  expect(devDependencies["@types/node"]).toMatch(new RegExp(`^${node}\\.`));
  expect(read("README.md")).toContain(`Node ${engines.node?.replace(">=", "")} or newer`);
  expect(read(".github/workflows/ci.yml")).not.toMatch(/node-version:/);
});

it("every file that names a version of Java names the oldest that is supported", () => {
  expect(read(".devcontainer/Dockerfile")).toContain(`openjdk-${minimumJava}-jdk`);
  expect(read(".github/workflows/ci.yml")).toContain(`java-version: ${minimumJava}\n`);
  expect(read("README.md")).toContain(`a JDK ${minimumJava} or newer`);
});

it("the Pulumi CLI has to be at least as new as the npm package", () => {
  expect(dependencies["@pulumi/pulumi"]).toBe(minimumPulumi);
});

it("vitest and its coverage have one version", () => {
  expect(devDependencies["@vitest/coverage-v8"]).toBe(devDependencies.vitest);
});
