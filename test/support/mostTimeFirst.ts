import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that start whole stacks, the longest first. */
const STACKS = [
  "engine/commandLine",
  "engine/local",
  "oracle/eightPartitions",
  "engine/alerts",
  "oracle/onePartition",
  "engine/ownPipeline",
];
/** Files that take half a minute or more, mostly waiting. */
const WAITING = [
  "notifier/kills",
  "provider/sqlJobTransactions",
  "provider/sqlJobRecovery",
  "provider/openSearchSink",
  "provider/sqlJobState",
  "tls/flink",
  "notifier/alerts",
  "tls/flinkErrors",
];

/**
 * Starts the files that take the most time first, on every machine in the same order. Unit tests, which only compute, are
 * spread among the files that mostly wait, so that two at a time use both cores.
 */
export class MostTimeFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const name = ({ moduleId }: TestSpecification) =>
      relative(`${this.ctx.config.root}/test`, moduleId).replace(/\.test\.ts$/, "");
    const ordered = files.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
    const listed = (names: readonly string[]) =>
      names.flatMap((wanted) => ordered.filter((file) => name(file) === wanted));
    const [stacks, waiting] = [listed(STACKS), listed(WAITING)];
    const units = ordered.filter(({ project }) => project.name.startsWith("unit"));
    const others = ordered.filter((file) => ![...stacks, ...waiting, ...units].includes(file));
    const share = Math.ceil(units.length / (waiting.length || 1));
    const spread = waiting.flatMap((file, index) => [
      file,
      ...units.slice(index * share, (index + 1) * share),
    ]);
    return [...stacks, ...spread, ...(waiting.length > 0 ? [] : units), ...others];
  }
}
