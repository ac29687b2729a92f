import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that start whole stacks, the longest first. */
const STACKS = [
  "engine/commandLine",
  "oracle/eightPartitions",
  "engine/local",
  "page/stack",
  "faults/faults",
  "oracle/onePartition",
  "engine/alerts",
  "tls/external",
  "engine/ownPipeline",
];
/** Files that take half a minute or more, mostly waiting. */
const WAITING = [
  "engine/aiven/documented",
  "provider/learnedState",
  "page/browser",
  "notifier/simulation",
  "provider/sqlJobTransactions",
  "notifier/kills",
  "provider/sqlJobRecovery",
  "reading/decoders",
  "provider/openSearchSink",
  "provider/sqlJobState",
  "tls/flink",
  "notifier/outages",
  "notifier/alerts",
  "notifier/silences",
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
