import type { Kind } from "../fault.ts";

/** No server can write any more, and neither can their supervisors. */
export const fullDisk: Kind = {
  name: "full-disk",
  next(stack, random) {
    const { disk } = stack.means;
    if (disk === undefined) return undefined;
    const seconds = random.between(10, 16);
    return {
      name: `fill the disk for ${seconds} s`,
      parts: stack.everything,
      lastsMs: seconds * 1_000,
      inject: async () => disk.fill(),
      end: async () => disk.empty(),
    };
  },
};
