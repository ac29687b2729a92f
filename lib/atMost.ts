/**
 * Limits how many calls run at a time; the others wait in order of arrival.
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
