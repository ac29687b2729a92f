import type { TestProject } from "vitest/node";
import { type ClusterOutputs, TestStack } from "./testStack.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Real Kafka, Flink and PostgreSQL for the provider's tests. */
    services: ClusterOutputs;
  }
}

/** Stands the services up once (OpenSearch only where a test needs it: openSearch.ts) for all files of the project, and takes them down after the last. */
export default async function services(project: TestProject): Promise<() => Promise<void>> {
  const stack = await TestStack.create({ pipelines: ["filter"], "openSearch.enabled": false });
  try {
    await stack.up();
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
