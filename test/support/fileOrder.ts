import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The first group: the longest one first, and beside it all others, the next longest first. */
const FIRST = ["engine/commandLine", "page/browser", "page/chart", "page/load"];

/**
 * The long files of the second group. On two cores, at most two of those that start a whole stack should run at once:
 * more of them exceed time limits waiting for each other. Beside a busy stack belong files that mostly wait, and beside
 * one that waits, files that compute.
 */
const SECOND = [
  "oracle/eightPartitions",
  "oracle/onePartition",
  "provider/openSearchSink",
  "provider/sqlJobRecovery",
  "engine/local",
  "provider/eventTime",
  "provider/fencedBroker",
  "provider/thresholdLookup",
  "provider/sqlJobState",
  "provider/sqlJob",
  "tls/flink",
  "provider/learnedState",
  "provider/sqlJobTransactions",
  "reading/decoders",
  "notifier/alerts",
  "tls/external",
  "provider/supervision",
  "page/stack",
  "provider/resumedJobs",
  "tls/kafka",
  "faults/faults",
  "notifier/simulation",
  "engine/portability",
  "engine/aiven/documented",
  "notifier/kills",
  "provider/forgottenCpus",
  "provider/forgottenEpisodes",
  "notifier/silences",
  "notifier/outages",
];

/**
 * Orders the files so that all workers have something to do until the end. Those that are not named come last, project
 * by project, because a process runs several files only if they belong together and follow each other.
 */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const nameOf = ({ moduleId }: TestSpecification) =>
      relative(`${this.ctx.config.root}/test`, moduleId).replace(/\.test\.ts$/, "");
    const places = new Map([...FIRST, ...SECOND].map((name, index) => [name, index]));
    const placeOf = (file: TestSpecification) => places.get(nameOf(file)) ?? places.size;
    const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const textOf = (file: TestSpecification) => `${file.project.name} ${nameOf(file)}`;
    return files.toSorted(
      (a, b) => groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b) || (textOf(a) < textOf(b) ? -1 : 1),
    );
  }
}
