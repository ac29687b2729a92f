import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import { UserError } from "../../../lib/userError.ts";
import { ChangedMeanwhile, type Edits } from "../feeds/edits.ts";
import { type AlertRules, previewThreshold } from "../model/preview.ts";
import type { World } from "../model/world.ts";
import type { PreviewView } from "../view.ts";
import { thresholdsView } from "../views/thresholds.ts";
import { requests } from "./requests.ts";

const LARGEST_BODY = 8_192;
const PREVIEWED_MS = 3_600_000;

/** Changes requested by the page, and previews of their effect. Problems are reported as sentences. */
export function editRoutes(world: World, edits: Edits, rules: AlertRules, readOnly: boolean): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: LARGEST_BODY, onError: (context) => context.text("That is too long.", 413) }));
  app.post("/preview", (context) =>
    answer(context, requests.preview, async ({ hostname, value }) => {
      const now = Date.now();
      const from = now - PREVIEWED_MS;
      const { since = now, ...counted } = previewThreshold(world.series.all(), hostname, value, rules, from);
      const keptSeries = world.series.isPartial(now) ? world.series.size : null;
      return { ...counted, minutes: Math.ceil((now - since) / 60_000), keptSeries } satisfies PreviewView;
    }),
  );
  app.get("/thresholds/search", (context) =>
    run(context, requests.search, context.req.query(), async ({ text }) =>
      thresholdsView(world, { text }, Date.now()),
    ),
  );
  app.use(async (context, next) => {
    if (readOnly) return context.text("This page is read-only (page.readOnly).", 403);
    await next();
  });
  app.put("/thresholds", (context) =>
    answer(context, requests.threshold, (threshold) => edits.setThreshold(threshold)),
  );
  app.post("/silences", (context) =>
    answer(context, requests.silence, (silence) => edits.addSilence(silence)),
  );
  app.delete("/silences/:id", (context) =>
    run(context, requests.id, context.req.param("id"), (id) => edits.endSilence(id)),
  );
  return app;
}

/** A form on another page could send any other type without the browser asking us first. */
async function answer<S extends v.GenericSchema>(
  context: Context,
  schema: S,
  act: (request: v.InferOutput<S>) => Promise<unknown>,
): Promise<Response> {
  if (context.req.header("content-type") !== "application/json")
    return context.text("JSON is expected.", 415);
  const body: unknown = await context.req.json().catch(() => undefined);
  return run(context, schema, body, act);
}

async function run<S extends v.GenericSchema>(
  context: Context,
  schema: S,
  input: unknown,
  act: (request: v.InferOutput<S>) => Promise<unknown>,
): Promise<Response> {
  const parsed = v.safeParse(schema, input, { abortEarly: true });
  if (!parsed.success) return context.text(`Not changed: ${parsed.issues[0].message}.`, 400);
  try {
    return context.json({ ...Object(await act(parsed.output)) });
  } catch (error) {
    if (error instanceof ChangedMeanwhile)
      return context.json({ problem: error.message, current: error.current }, 409);
    // Messages from elsewhere only go to the log: they may hold more than a browser should see.
    if (!(error instanceof UserError)) console.error(error);
    return context.text(
      `Not changed: ${error instanceof UserError ? error.message : "see the page's log"}.`,
      503,
    );
  }
}
