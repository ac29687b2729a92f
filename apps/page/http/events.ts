import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { pause } from "../../../lib/timing.ts";
import type { Attention } from "../feeds/attention.ts";
import type { World } from "../model/world.ts";
import { sectionsOf } from "../views/sections.ts";
import type { StackInfo } from "../views/stackInfo.ts";
import { Changes } from "./changes.ts";
import { queryOf } from "./query.ts";

/** How often a browser gets changes: a second less the time to read and draw them. */
export const EVERY_MS = 800;
/** A browser that lost its connection tries again after this. */
const RETRY_MS = 1_000;
const MOST_BROWSERS = 20;
/** How long the first browser waits for the current state before it gets what there is. */
const FIRST_LOOK_MS = 500;

/** As an event, because a browser hides the text of any other answer from the page. It asks again on its own. */
const refused = (context: Context) =>
  streamSSE(context, async (stream) => {
    const problem = `At most ${MOST_BROWSERS} tabs can show the page at the same time: close some.`;
    await stream.writeSSE({ event: "refused", data: JSON.stringify(problem), retry: RETRY_MS });
  });

/**
 * Streams what a browser shows: at each interval, the sections that have changed, then a `tick`. Every section is sent
 * whole, so a browser that reconnects has missed nothing.
 */
export class Events {
  #browsers = 0;

  constructor(
    private readonly world: World,
    private readonly attention: Attention,
    private readonly info: StackInfo,
    private readonly signal: AbortSignal,
    private readonly everyMs: number,
  ) {}

  handle(context: Context): Response | Promise<Response> {
    // Nobody would read the stream, or end it.
    if (context.req.method === "HEAD")
      return context.body(null, 200, { "Content-Type": "text/event-stream" });
    // Otherwise, nginx holds events back.
    context.header("X-Accel-Buffering", "no");
    if (this.#browsers >= MOST_BROWSERS) return refused(context);
    const query = queryOf(new URL(context.req.url).searchParams);
    const changes = new Changes();
    return streamSSE(context, async (stream) => {
      this.#browsers++;
      const looked = this.attention.refresh(FIRST_LOOK_MS);
      const leave = this.attention.enter();
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      const signal = AbortSignal.any([this.signal, left.signal]);
      try {
        await looked;
        while (!signal.aborted) {
          const now = Date.now();
          for (const event of changes.take(sectionsOf(this.world, this.info, query, now)))
            await stream.write(event);
          await stream.writeSSE({ event: "tick", data: String(now), retry: RETRY_MS });
          await pause(this.everyMs, signal);
        }
      } finally {
        leave();
        this.#browsers--;
      }
    });
  }
}
