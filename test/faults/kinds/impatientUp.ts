import { setTimeout as sleep } from "node:timers/promises";
import type { Kind } from "../fault.ts";

/** Every server dies, and somebody calls `up` while the servers are being restarted and jobs resumed without it. */
export const impatientUp: Kind = {
  name: "impatient-up",
  next(stack, random) {
    const seconds = random.seconds({ from: 0, below: 15 });
    return {
      name: `kill -9 of every server, and an up after ${seconds} s`,
      parts: stack.everything,
      lastsMs: 0,
      async inject() {
        await Promise.all(stack.servers.names.map((server) => stack.servers.kill(server)));
        await sleep(seconds * 1_000);
        await stack.stack.up();
      },
    };
  },
};
