import { inject, test } from "vitest";
import { NotifierBench } from "./slackNotifier.ts";

/** A test of the notifier with a bench of its own, so that tests, which mostly wait, can do so side by side. */
export const notifierTest = test.extend<{ bench: NotifierBench }>({
  bench: async ({ onTestFinished }, use) => {
    const bench = await NotifierBench.create(inject("services").kafka);
    onTestFinished(() => bench.close());
    await use(bench);
  },
});
