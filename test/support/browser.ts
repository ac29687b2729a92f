import { existsSync } from "node:fs";
import { findExecutable } from "../../tools/prerequisites.mjs";

/** A browser that the page tests can drive. */
export interface Browser {
  /** Path of its executable. */
  readonly executable: string;
}

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
];
const PLACES = [
  "/usr/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser that CHROME_PATH names, or the system's Chromium; otherwise the reason why there is none. */
export function findBrowser(): Browser | { readonly reason: string } {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && !existsSync(named))
    return { reason: `CHROME_PATH is ${named}, which does not exist` };
  const found =
    named ??
    NAMES.flatMap((name) => findExecutable(name) ?? [])[0] ??
    PLACES.find((place) => existsSync(place));
  return found === undefined
    ? { reason: "there is no Chromium (apt-get install chromium, or set CHROME_PATH)" }
    : { executable: found };
}
