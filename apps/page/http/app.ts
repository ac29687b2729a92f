import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import type { World } from "../model/world.ts";
import type { StackInfo } from "../views/sections.ts";
import { Events } from "./events.ts";
import { guard, securityHeaders } from "./guard.ts";

export interface AppArgs {
  readonly world: World;
  readonly info: StackInfo;
  /** Folder of what vite has built from web/. */
  readonly webDirectory: string;
  /** Ends the streams. */
  readonly signal: AbortSignal;
}

/** What the page's server answers. */
export function pageApp({ world, info, webDirectory, signal }: AppArgs): Hono {
  const app = new Hono();
  const events = new Events(world, info, signal);
  app.use(guard, securityHeaders);
  app.get("/api/events", (context) => events.handle(context));
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
