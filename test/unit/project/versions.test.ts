import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { advice as aivenAdvice } from "../../../components/hosts/aiven/advice.ts";
import { advice as dockerAdvice } from "../../../components/hosts/docker/advice.ts";
import { IMAGES } from "../../../components/hosts/docker/images.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { fits, inWords } from "../../../tools/nodeVersion.cjs";
import { minimumJava, minimumPulumi } from "../../../tools/prerequisites.mjs";

const read = (file: string) => readFileSync(join(projectDirectory, file), "utf8");
const { engines, dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
  "engines" | "dependencies" | "devDependencies",
  Record<string, string>
>;
const node = read(".nvmrc").trim();

it("every file that names a Node version names that of .nvmrc", () => {
  expect(engines.node).toMatch(new RegExp(`^\\^${node}\\.`));
  expect(read(".devcontainer/Dockerfile")).toContain(`FROM node:${node}-`);
  expect(devDependencies["@types/node"]).toMatch(new RegExp(`^${node}\\.`));
  expect(read("README.md")).toContain(`Node ${inWords(engines.node ?? "")}`);
  expect(read(".github/workflows/ci.yml")).not.toMatch(/node-version:/);
});

it("every package runs on the oldest Node of each supported line", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { optional?: boolean; engines?: { node?: string } }>;
  };
  const needed = Object.entries(packages).flatMap(([name, { optional, engines }]) =>
    optional || engines?.node === undefined ? [] : [{ name, range: engines.node }],
  );
  expect(needed.length).toBeGreaterThan(100);
  for (const oldest of engines.node?.match(/\d+\.\d+\.\d+/g) ?? []) {
    expect(
      needed.filter(({ range }) => !fits(oldest, range)).map(({ name }) => `${name} on ${oldest}`),
    ).toEqual([]);
  }
});

it("every file that names a Java version names the oldest supported one", () => {
  expect(read(".devcontainer/Dockerfile")).toContain(`openjdk-${minimumJava}-jdk`);
  expect(read(".github/workflows/ci.yml")).toContain(`java-version: ${minimumJava}\n`);
  expect(read("README.md")).toContain(`a JDK ${minimumJava} or newer`);
});

it("the Pulumi CLI must be at least as new as the npm package", () => {
  expect(dependencies["@pulumi/pulumi"]).toBe(minimumPulumi);
});

it("vitest and its coverage package have the same version", () => {
  expect(devDependencies["@vitest/coverage-v8"]).toBe(devDependencies.vitest);
});

it("advice to install a provider's plugin names the version of its npm package", () => {
  const texts = [...aivenAdvice, ...dockerAdvice].map(({ advise }) => advise("test"));
  for (const name of ["aiven", "docker"]) {
    const command = `pulumi plugin install resource ${name} ${dependencies[`@pulumi/${name}`]} `;
    expect(texts.filter((text) => text.includes(command))).toHaveLength(1);
  }
});

it("the page on Docker shows the pinned images", () => {
  const page = read("docs/docker.md");
  for (const [name, image] of Object.entries(IMAGES)) {
    const tag = image.split("/").at(-1);
    expect(page).toMatch(new RegExp(`docker\\.${name}: registry\\.example\\.com/(\\S+/)?${tag}\n`));
  }
});
