/**
 * A step that several cases build on. The first case to await it runs it, so each case also runs alone (`-t`).
 */
export function step<T>(take: () => Promise<T>): () => Promise<T> {
  let taken: Promise<T> | undefined;
  return () => {
    taken ??= take();
    return taken;
  };
}
