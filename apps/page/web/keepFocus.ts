const FOCUSABLE = ["button", "input", "select", "summary"].map((tag) => `${tag}:not(:disabled)`).join();

/**
 * Keeps the focus at its place when its element goes away: a form that is saved, a row that ends. It goes to what has
 * taken the place, such as the button that had opened the form; or else to the first button or field of the closest
 * element around that is left. The browser would start again at the top of the document.
 */
export function keepFocus(root: HTMLElement): void {
  /** The element with the focus, and all around it. */
  let path: readonly Element[] = [];
  root.addEventListener("focusin", ({ target }) => {
    path = around(target as Element);
  });
  // A click on nothing takes the focus away on purpose.
  root.addEventListener("pointerdown", () => {
    path = [];
  });
  const observer = new MutationObserver((changes) => {
    const [focused] = path;
    if (focused === undefined || document.activeElement !== document.body) return;
    const place = path.find(({ isConnected }) => isConnected);
    const added = changes
      .flatMap(({ addedNodes }) => [...addedNodes])
      .filter((node) => place?.contains(node));
    // The element itself if it has only been moved.
    const candidates = [focused, ...added, ...path].flatMap(focusableIn);
    candidates.find(({ isConnected }) => isConnected)?.focus();
  });
  observer.observe(root, { childList: true, subtree: true });
}

function around(element: Element): Element[] {
  const found: Element[] = [];
  for (let each: Element | null = element; each !== null; each = each.parentElement) found.push(each);
  return found;
}

function focusableIn(node: Node): HTMLElement[] {
  if (!(node instanceof HTMLElement)) return [];
  const inside = [...node.querySelectorAll<HTMLElement>(FOCUSABLE)];
  return node.matches(FOCUSABLE) ? [node, ...inside] : inside;
}
