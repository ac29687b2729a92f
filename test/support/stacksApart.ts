import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Seconds taken by files that start whole stacks, the longest first: each keeps both cores busy at times. */
const STACKS = {
  "engine/commandLine": 420,
  "oracle/eightPartitions": 270,
  "engine/local": 240,
  "page/stack": 155,
  "oracle/onePartition": 150,
  "faults/faults": 140,
  "tls/external": 80,
  "engine/alerts": 70,
  "engine/ownPipeline": 45,
};
/** Seconds taken by other long files, which mostly wait. */
const OTHERS: Readonly<Record<string, number>> = {
  "provider/learnedState": 85,
  "engine/aiven/documented": 80,
  "reading/decoders": 70,
  "page/browser": 70,
  "provider/sqlJobTransactions": 70,
  "notifier/simulation": 65,
  "provider/sqlJobState": 55,
  "tls/flinkErrors": 50,
  "provider/sqlJobRecovery": 50,
  "provider/openSearchSink": 45,
  "tls/kafka": 40,
  "notifier/kills": 38,
  "notifier/outages": 33,
  "tls/flink": 27,
  "notifier/silences": 26,
  "notifier/alerts": 24,
  "provider/supervision": 24,
};
const UNIT = 1;
const REAL = 8;

/**
 * Makes stacks run one after another rather than concurrently, as far as an order can: on two cores, two at once take
 * longer than one after another, and exceed every time limit waiting for each other. Each is followed by other files
 * that take as long, the longest first.
 */
export class StacksApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const name = ({ moduleId }: TestSpecification) =>
      relative(`${this.ctx.config.root}/test`, moduleId).replace(/\.test\.ts$/, "");
    const seconds = (file: TestSpecification) =>
      OTHERS[name(file)] ?? (file.project.name.startsWith("unit") ? UNIT : REAL);
    const isStack = (file: TestSpecification) => name(file) in STACKS;
    const others = files
      .filter((file) => !isStack(file))
      .sort((a, b) => seconds(b) - seconds(a) || (name(a) < name(b) ? -1 : 1));
    const ordered: TestSpecification[] = [];
    for (const [stack, lasts] of Object.entries(STACKS)) {
      ordered.push(...files.filter((file) => name(file) === stack));
      for (let left = lasts; left > 0 && others.length > 0; ) {
        const next = others.shift() as TestSpecification;
        ordered.push(next);
        left -= seconds(next);
      }
    }
    return [...ordered, ...others];
  }
}
