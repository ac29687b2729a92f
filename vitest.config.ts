import { defineConfig } from "vitest/config";
import { FileOrder } from "./test/support/fileOrder.ts";
import { filesWithMocks } from "./test/support/filesWithMocks.ts";

const withMocks = filesWithMocks("test/unit");
// Most test files outside `unit` import Pulumi.
const setupFiles = ["lib/latePulumi.ts"];
// While tests that start servers are running, a one-second test can take many seconds.
const expect = { poll: { timeout: 30_000 } };
const unit = { testTimeout: 60_000, hookTimeout: 60_000, expect };
// On two cores. A test file spends two thirds of its time waiting, except the one that runs the command line: it keeps
// both cores busy for minutes.
const busy = { maxWorkers: 2, sequence: { groupOrder: 0 } };
const waiting = { maxWorkers: 3, sequence: { groupOrder: 1 } };
const patient = { testTimeout: 180_000, hookTimeout: 240_000, expect };
const COMMAND_LINE = "test/engine/commandLine.test.ts";
const PAGE_STACK = "test/page/stack.test.ts";
/** Each starts a whole stack of its own. */
const STACKS = [
  "test/oracle/**/*.test.ts",
  "test/faults/**/*.test.ts",
  "test/engine/local.test.ts",
  "test/tls/external.test.ts",
  PAGE_STACK,
];

/**
 * `unit` and `unit-mocks` need only Node; `page` needs a browser; `commands`, `stacks` and `real` start Kafka, Flink,
 * PostgreSQL and the Pulumi engine on free ports.
 */
export default defineConfig({
  test: {
    // Keeps tests from reaching the internet by accident: those about Aiven set the address of their stand-in, and its
    // token.
    env: { AIVEN_WEB_URL: "http://127.0.0.1:1", AIVEN_TOKEN: "" },
    reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
    sequence: { sequencer: FileOrder },
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
          ...busy,
          ...unit,
        },
      },
      { extends: true, test: { name: "unit-mocks", include: withMocks, setupFiles, ...busy, ...unit } },
      { extends: true, test: { name: "commands", include: [COMMAND_LINE], setupFiles, ...busy, ...patient } },
      { extends: true, test: { name: "stacks", include: STACKS, setupFiles, ...waiting, ...patient } },
      {
        extends: true,
        test: {
          name: "real",
          include: ["test/{engine,notifier,provider,reading,tls}/**/*.test.ts"],
          exclude: [COMMAND_LINE, ...STACKS],
          setupFiles,
          globalSetup: "test/support/services.ts",
          isolate: false,
          ...waiting,
          ...patient,
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          exclude: [PAGE_STACK],
          setupFiles,
          ...busy,
          ...patient,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
