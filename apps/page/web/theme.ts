/** How the page looks: like the system, or as the user has chosen, which this browser remembers. */
export type Theme = "system" | "light" | "dark";

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const KEY = "theme";

export function chosenTheme(): Theme {
  const chosen = localStorage.getItem(KEY) as Theme | null;
  return chosen !== null && THEMES.includes(chosen) ? chosen : "system";
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = chosenTheme();
}

/** The next of the three. */
export function changeTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length] ?? "system";
  localStorage.setItem(KEY, next);
  applyTheme();
  return next;
}
