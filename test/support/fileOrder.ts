import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The first group: the longest one first, and beside it all others, the next longest first. */
const FIRST = ["engine/commandLine", "page/browser", "page/chart", "page/load"];

/**
 * The files of the second group that take more than ten seconds. On two cores, at most two of those that start a whole
 * stack should run at once: more of them exceed time limits waiting for each other. The next one of them comes when an
 * earlier one has ended.
 */
const SECOND = [
  "engine/local",
  "oracle/eightPartitions",
  "provider/learnedState",
  "reading/decoders",
  "provider/sqlJobTransactions",
  "notifier/simulation",
  "engine/aiven/documented",
  "tls/kafka",
  "provider/openSearchSink",
  "tls/flink",
  "provider/sqlJobState",
  "provider/resumedJobs",
  "page/stack",
  "provider/sqlJobRecovery",
  "faults/faults",
  "provider/supervision",
  "provider/fencedBroker",
  "engine/portability",
  "oracle/onePartition",
  "notifier/alerts",
  "notifier/silences",
  "tls/external",
  "provider/sqlJob",
  "notifier/kills",
  "engine/aiven/killedReplacement",
  "provider/eventTime",
  "provider/indexTemplate",
  "provider/failedSuccessor",
  "notifier/outages",
  "reading/format",
  "provider/topic",
  "provider/classArchive",
  "provider/thresholdLookup",
  "provider/forgottenEpisodes",
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
