/**
 * Lets no more than some calls run at a time; the others wait in the order in which they came.
 *
 * @example
 * const oneByOne = atMost(1);
 * await Promise.all(files.map((file) => oneByOne(() => upload(file))));
 */
export function atMost(count: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (call) => {
    if (running < count) running++;
    else await new Promise<void>((turn) => waiting.push(turn));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
