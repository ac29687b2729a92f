import type { Command } from "commander";
import { EVERYTHING } from "../../setup/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../output/progress.ts";

export function addSetup(program: Command): void {
  program
    .command("setup")
    .description(
      "install what the stacks need (the Pulumi CLI, Kafka, Flink, PostgreSQL, OpenSearch) without starting anything",
    )
    .action(async () => {
      const progress = createProgress();
      try {
        const { pulumi } = await setUp(progress, EVERYTHING);
        progress.note(`Everything is installed. Pulumi CLI: ${pulumi.command}`);
      } finally {
        progress.close();
      }
    });
}
