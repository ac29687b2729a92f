import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { Attention } from "../feeds/attention.ts";
import type { Edits } from "../feeds/edits.ts";
import type { AlertRules } from "../model/preview.ts";
import type { World } from "../model/world.ts";
import type { StackInfo } from "../views/stackInfo.ts";
import { editRoutes } from "./editRoutes.ts";
import { EVERY_MS, Events } from "./events.ts";
import { guard, securityHeaders } from "./guard.ts";
import { metricsText } from "./metrics.ts";

export interface AppArgs {
  readonly world: World;
  readonly attention: Attention;
  readonly info: StackInfo;
  readonly edits: Edits;
  readonly rules: AlertRules;
  /** Folder with vite's build of web/. */
  readonly webDirectory: string;
  /** Ends the streams. */
  readonly signal: AbortSignal;
  /** How often a browser gets changes, in ms; EVERY_MS if absent. */
  readonly everyMs?: number;
}

/** Prometheus gets values at most a second old if the services answer within this; it waits for 10 s itself. */
const METRICS_WAIT_MS = 2_000;

/** The page's server. */
export function pageApp({
  world,
  attention,
  info,
  edits,
  rules,
  webDirectory,
  signal,
  everyMs = EVERY_MS,
}: AppArgs): Hono {
  const app = new Hono();
  const events = new Events(world, attention, info, signal, everyMs);
  app.use(guard, securityHeaders);
  app.get("/api/events", (context) => events.handle(context));
  app.route("/api", editRoutes(world, edits, rules, info.readOnly));
  app.get("/metrics", async (context) => {
    await attention.refresh(METRICS_WAIT_MS);
    const { type, text } = await metricsText(world, info, Date.now());
    return context.body(text, 200, { "Content-Type": type });
  });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.use(
    serveStatic({
      root: webDirectory,
      onFound: (path, context) => {
        // The names of assets contain a hash.
        const forEver = path.includes("/assets/");
        context.header("Cache-Control", forEver ? "public, max-age=31536000, immutable" : "no-cache");
      },
    }),
  );
  return app;
}
