import { inject, test } from "vitest";
import { NotifierBench } from "./slackNotifier.ts";

/** A notifier test with its own bench, so that tests, which mostly wait, can run concurrently. */
export const notifierTest = test.extend<{ bench: NotifierBench }>({
  bench: async ({ onTestFinished }, use) => {
    const bench = await NotifierBench.create(inject("services").kafka);
    onTestFinished(() => bench.close());
    await use(bench);
  },
});
