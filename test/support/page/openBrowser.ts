import { join } from "node:path";
import { type Browser as Chromium, chromium, type Page } from "playwright-core";
import { projectDirectory } from "../../../lib/paths.ts";
import { type Browser, findBrowser } from "../browser.ts";
import { REQUIRE_ALL } from "../optionalParts.ts";

/** Keeps Chromium from contacting the internet. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--enable-precise-memory-info",
  "--js-flags=--expose-gc",
];

/**
 * Starts the browser. As root, Chromium runs without a sandbox: the page is our own.
 */
export function openBrowser({ executable }: Browser): Promise<Chromium> {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: executable, args: [...QUIET, ...sandbox] });
}

/**
 * The browser for a test file, or undefined if this machine has none; the reason is then printed.
 *
 * @throws if STREAMING_TEST_EVERYTHING is set and there is none
 */
export function browserHere(): Browser | undefined {
  const browser = findBrowser();
  if (!("reason" in browser)) return browser;
  if (process.env[REQUIRE_ALL]) throw new Error(`${REQUIRE_ALL} is set, but ${browser.reason}`);
  console.warn(`The page is not tested in a browser: ${browser.reason}`);
  return undefined;
}

/** Problems in a page: errors, refused scripts and styles, and requests to other servers. */
export function troublesOf(page: Page, ownAddress: string): string[] {
  const troubles: string[] = [];
  page.on("pageerror", ({ message }) => troubles.push(message));
  page.on("console", (entry) => {
    if (entry.type() === "error" && !/net::ERR|Failed to load resource/.test(entry.text()))
      troubles.push(entry.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(ownAddress) && !url.startsWith("data:")) troubles.push(`a request to ${url}`);
  });
  return troubles;
}

/** Saves a screenshot of the page in .test-screenshots, to look at after a run; 1440 × 1000 is 150 to 250 KB. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(projectDirectory, ".test-screenshots", `${name}.png`) });
}
