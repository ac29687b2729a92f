/** How the page looks: like the system, or as the user has chosen, which this browser remembers. */
export type Theme = "system" | "light" | "dark";

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const KEY = "theme";

/** What this tab shows comes first: a browser may block the storage, or keep nothing in it. */
export function chosenTheme(): Theme {
  const chosen = document.documentElement.dataset.theme ?? stored();
  return THEMES.find((theme) => theme === chosen) ?? "system";
}

export function applyTheme(theme = chosenTheme()): void {
  document.documentElement.dataset.theme = theme;
}

/** The next of the three. */
export function changeTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length] ?? "system";
  applyTheme(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not remembered: the browser blocks the storage, or it is full.
  }
  return next;
}

function stored(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
