import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Seconds taken by files that start whole stacks, the longest first: each keeps both cores busy at times. */
const STACKS: Readonly<Record<string, number>> = {
  "oracle/eightPartitions": 205,
  "engine/local": 160,
  "page/stack": 115,
  "faults/faults": 95,
  "oracle/onePartition": 80,
  "tls/external": 45,
  "engine/alerts": 25,
  "engine/ownPipeline": 20,
};
/** Seconds taken by other long files. */
const OTHERS: Readonly<Record<string, number>> = {
  "engine/commandLine": 295,
  "provider/supervision": 35,
  "provider/resumedJobs": 40,
  "provider/openSearchSink": 40,
  "provider/sqlJobTransactions": 60,
  "provider/sqlJobRecovery": 50,
  "provider/sqlJobState": 45,
  "tls/flinkErrors": 25,
  "notifier/kills": 30,
  "notifier/silences": 20,
  "notifier/outages": 20,
  "notifier/simulation": 70,
  "provider/learnedState": 120,
  "page/browser": 80,
  "reading/decoders": 50,
  "engine/aiven/documented": 40,
  "provider/sqlJob": 20,
  "tls/kafka": 15,
  "notifier/alerts": 15,
};
const REAL = 8;
const UNIT = 1;
/** How many run beside a stack: all workers but its own. */
const BESIDE = 2;

/**
 * Makes stacks run one after another rather than concurrently, as far as an order can: on two cores, two at once take
 * longer than one after another, and exceed every time limit waiting for each other. Each is followed by the files that
 * run beside it. The files of the first group, which ends before the others begin, come first.
 */
export class StacksApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const name = ({ moduleId }: TestSpecification) =>
      relative(`${this.ctx.config.root}/test`, moduleId).replace(/\.test\.ts$/, "");
    const named = (names: object) =>
      Object.keys(names).flatMap((each) => files.filter((file) => name(file) === each));
    const seconds = (file: TestSpecification) =>
      OTHERS[name(file)] ?? (file.project.name.startsWith("unit") ? UNIT : REAL);
    const isEarly = ({ project }: TestSpecification) => project.config.sequence.groupOrder === 0;
    const stacks = named(STACKS);
    const long = named(OTHERS).filter((file) => !isEarly(file));
    const short = files
      .filter((file) => !isEarly(file) && !stacks.includes(file) && !long.includes(file))
      .sort((a, b) => seconds(b) - seconds(a) || (name(a) < name(b) ? -1 : 1));
    const others = [...long, ...short];
    const ordered: TestSpecification[] = [];
    for (const stack of stacks) {
      ordered.push(stack);
      for (let left = (STACKS[name(stack)] ?? 0) * BESIDE; left > 0 && others.length > 0; ) {
        const next = others.shift() as TestSpecification;
        ordered.push(next);
        left -= seconds(next);
      }
    }
    const early = files.filter(isEarly).sort((a, b) => seconds(b) - seconds(a));
    return [...early, ...ordered, ...others];
  }
}
