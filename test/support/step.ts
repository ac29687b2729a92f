/**
 * A step that several cases build on, and that the first one to await it takes: so each of them also runs alone (`-t`).
 */
export function step<T>(take: () => Promise<T>): () => Promise<T> {
  let taken: Promise<T> | undefined;
  return () => {
    taken ??= take();
    return taken;
  };
}
