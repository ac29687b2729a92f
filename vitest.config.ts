import { defineConfig } from "vitest/config";

/** `unit` needs nothing; `real` starts Kafka, Flink, PostgreSQL and the Pulumi engine on free ports. */
export default defineConfig({
  test: {
    // No test reaches the internet by accident: those about Aiven name their stand-in.
    env: { AIVEN_WEB_URL: "http://127.0.0.1:1" },
    reporters: ["default", ["json", { outputFile: ".test-report.json" }]],
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        test: {
          name: "real",
          include: [
            "test/provider/**/*.test.ts",
            "test/notifier/**/*.test.ts",
            "test/engine/**/*.test.ts",
            "test/oracle/**/*.test.ts",
            "test/tls/**/*.test.ts",
          ],
          globalSetup: "test/support/services.ts",
          // Two cores: one file after the other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
