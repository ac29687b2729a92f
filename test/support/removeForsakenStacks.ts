import { tmpdir } from "node:os";
import { ENDING_SIGNALS } from "../../lib/endingSignals.ts";
import { removeForsakenStacks } from "./forsakenStacks.ts";

// A second Ctrl-C also reaches this process; it must finish anyway.
for (const signal of ENDING_SIGNALS) process.on(signal, () => {});

/* Given the id of a process that is about to end as its argument, it also treats that process's stacks as forsaken. */
const [ending] = process.argv.slice(2);
for (const folder of await removeForsakenStacks(
  tmpdir(),
  ending === undefined ? undefined : Number(ending),
)) {
  console.log(`Removed the stack that a test left behind in ${folder}`);
}
