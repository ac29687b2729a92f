import { removeForsakenStacks } from "./forsakenStacks.ts";

for (const folder of await removeForsakenStacks()) {
  console.log(`Removed the stack that a test left behind in ${folder}`);
}
