import { defineConfig } from "vitest/config";
import { filesWithMocks } from "./test/support/filesWithMocks.ts";
import { StacksApart } from "./test/support/stacksApart.ts";

const withMocks = filesWithMocks("test/unit");
// Each file of tests is a process of its own, and most of them import Pulumi.
const setupFiles = ["lib/latePulumi.ts"];
// Beside tests that start servers, a test of a second can take many.
const unit = { testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * `unit` and `unit-mocks` need Node alone; `real` starts Kafka, Flink, PostgreSQL and the Pulumi engine on free ports; `page` needs a
 * browser, and one of its files starts a stack.
 */
export default defineConfig({
  test: {
    // No test reaches the internet by accident: those about Aiven name their stand-in.
    env: { AIVEN_WEB_URL: "http://127.0.0.1:1" },
    reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
    // One file waits for two thirds of its time.
    maxWorkers: 2,
    sequence: { sequencer: StacksApart },
    coverage: {
      provider: "v8",
      include: ["{apps,clients,cli,components,lib,provider,setup}/**/*.ts", "index.ts"],
      reporter: ["text-summary", "html"],
    },
    projects: [
      {
        extends: true,
        // One process for many files: most of their time is the import of the same modules.
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          exclude: withMocks,
          isolate: false,
          ...unit,
        },
      },
      { extends: true, test: { name: "unit-mocks", include: withMocks, setupFiles, ...unit } },
      {
        extends: true,
        test: {
          name: "real",
          include: [
            "test/provider/**/*.test.ts",
            "test/notifier/**/*.test.ts",
            "test/engine/**/*.test.ts",
            "test/oracle/**/*.test.ts",
            "test/faults/**/*.test.ts",
            "test/reading/**/*.test.ts",
            "test/tls/**/*.test.ts",
          ],
          setupFiles,
          globalSetup: "test/support/services.ts",
          testTimeout: 180_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          setupFiles,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
