import { defineConfig } from "vitest/config";
import { filesWithMocks } from "./test/support/filesWithMocks.ts";
import { StacksApart } from "./test/support/stacksApart.ts";

const withMocks = filesWithMocks("test/unit");
// In these projects each test file is its own process, and most of them import Pulumi.
const setupFiles = ["lib/latePulumi.ts"];
// While tests that start servers are running, a one-second test can take many seconds.
const unit = { testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * `unit` and `unit-mocks` need only Node; `real` starts Kafka, Flink, PostgreSQL and the Pulumi engine on free ports;
 * `page` needs a browser, and one of its files starts a stack.
 */
export default defineConfig({
  test: {
    // Keeps tests from reaching the internet by accident: those about Aiven set the address of their stand-in.
    env: { AIVEN_WEB_URL: "http://127.0.0.1:1" },
    reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
    // On two cores: a test file spends two thirds of its time waiting.
    maxWorkers: 3,
    sequence: { sequencer: StacksApart },
    coverage: {
      provider: "v8",
      include: ["{apps,clients,cli,components,lib,provider,setup}/**/*.ts", "index.ts"],
      reporter: ["text-summary", "html"],
    },
    projects: [
      {
        extends: true,
        // One process for many files, because importing the same modules takes most of their time.
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
