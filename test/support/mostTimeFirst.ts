import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take long, in an order in which two run at a time: one that keeps both cores busy beside several that
 * mostly wait. The others follow by their names, unit tests at the end, so that no worker is left idle.
 */
const FIRST = [
  "engine/commandLine",
  "notifier/kills",
  "provider/sqlJobTransactions",
  "provider/sqlJobRecovery",
  "provider/openSearchSink",
  "provider/sqlJobState",
  "engine/local",
  "tls/flink",
  "notifier/alerts",
  "tls/flinkErrors",
  "provider/sqlJob",
  "tls/kafka",
  "notifier/outages",
  "oracle/eightPartitions",
  "engine/alerts",
  "engine/ownPipeline",
  "oracle/onePartition",
];

/** Starts the files that take the most time first, on every machine in the same order. */
export class MostTimeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const name = ({ moduleId }: TestSpecification) =>
      relative(`${this.ctx.config.root}/test`, moduleId).replace(/\.test\.ts$/, "");
    const rank = (file: TestSpecification) => {
      const position = FIRST.indexOf(name(file));
      if (position >= 0) return position;
      return FIRST.length + (file.project.name === "unit" ? 1 : 0);
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : 1));
  }
}
