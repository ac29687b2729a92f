import type { TestProject } from "vitest/node";
import { removeForsakenStacks } from "./forsakenStacks.ts";
import { findOptionalParts, type OptionalParts } from "./optionalParts.ts";
import { type ClusterOutputs, TestStack } from "./testStack.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Real Kafka, Flink and PostgreSQL for the provider's tests. */
    services: ClusterOutputs;
    optionalParts: OptionalParts;
  }
}

/**
 * Starts the services once for all files of the project, and takes them down after the last.
 * OpenSearch is started only if a test needs it: openSearch.ts.
 */
export default async function services(project: TestProject): Promise<() => Promise<void>> {
  for (const folder of await removeForsakenStacks())
    console.log(`Removed what an earlier run left in ${folder}`);
  // No test needs its pipeline, and this one has the least to do.
  const stack = await TestStack.create({ pipelines: ["late"], "openSearch.enabled": false });
  try {
    const [optionalParts] = await Promise.all([findOptionalParts(), stack.up()]);
    project.provide("optionalParts", optionalParts);
  } catch (error) {
    await stack.destroy();
    throw error;
  }
  project.provide("services", stack.outputs);
  return async () => {
    await stack.destroy();
    stack.remove();
  };
}
