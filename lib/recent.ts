/**
 * A request whose answer many want at about the same time: whoever asks within `ms` of a request gets its answer. A
 * failure is not kept.
 *
 * @example
 * const overview = recent(200, (url: string) => fetch(`${url}/jobs/overview`));
 */
export function recent<T>(ms: number, request: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const newest = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return (key) => {
    const last = newest.get(key);
    if (last !== undefined && performance.now() - last.at < ms) return last.answer;
    const answer = request(key);
    newest.set(key, { at: performance.now(), answer });
    answer.catch(() => {
      if (newest.get(key)?.answer === answer) newest.delete(key);
    });
    return answer;
  };
}
