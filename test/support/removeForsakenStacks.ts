import { tmpdir } from "node:os";
import { ENDING_SIGNALS } from "../../lib/endingSignals.ts";
import { removeForsakenStacks } from "./forsakenStacks.ts";

// A second Ctrl-C reaches it as well: it is to finish even so.
for (const signal of ENDING_SIGNALS) process.on(signal, () => {});

/* With the id of a process as its argument, which is about to end, its stacks count as forsaken, too. */
const [ending] = process.argv.slice(2);
for (const folder of await removeForsakenStacks(
  tmpdir(),
  ending === undefined ? undefined : Number(ending),
)) {
  console.log(`Removed the stack that a test left behind in ${folder}`);
}
