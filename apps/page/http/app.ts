import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { Edits } from "../feeds/edits.ts";
import type { AlertRules } from "../model/preview.ts";
import type { World } from "../model/world.ts";
import type { StackInfo } from "../views/stackInfo.ts";
import { editRoutes } from "./editRoutes.ts";
import { Events } from "./events.ts";
import { guard, securityHeaders } from "./guard.ts";
import { metricsText } from "./metrics.ts";

export interface AppArgs {
  readonly world: World;
  readonly info: StackInfo;
  readonly edits: Edits;
  readonly rules: AlertRules;
  /** Folder of what vite has built from web/. */
  readonly webDirectory: string;
  /** Ends the streams. */
  readonly signal: AbortSignal;
}

/** What the page's server answers. */
export function pageApp({ world, info, edits, rules, webDirectory, signal }: AppArgs): Hono {
  const app = new Hono();
  const events = new Events(world, info, signal);
  app.use(guard, securityHeaders);
  app.get("/api/events", (context) => events.handle(context));
  app.route("/api", editRoutes(world, edits, rules, info.readOnly));
  app.get("/metrics", async (context) => {
    const { type, text } = await metricsText(world, info, Date.now());
    return context.body(text, 200, { "Content-Type": type });
  });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.use(
    serveStatic({
      root: webDirectory,
      onFound: (path, context) => {
        // The names of assets have a hash in them.
        const forEver = path.includes("/assets/");
        context.header("Cache-Control", forEver ? "public, max-age=31536000, immutable" : "no-cache");
      },
    }),
  );
  return app;
}
