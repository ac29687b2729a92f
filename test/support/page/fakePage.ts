import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Attention } from "../../../apps/page/feeds/attention.ts";
import { ChangedMeanwhile, type Edits } from "../../../apps/page/feeds/edits.ts";
import { pageApp } from "../../../apps/page/http/app.ts";
import type { World } from "../../../apps/page/model/world.ts";
import type { StackInfo } from "../../../apps/page/views/stackInfo.ts";
import { installPage, pageDirectory } from "../../../setup/page.ts";
import { silent } from "../silentProgress.ts";

/** Applies the page's changes to the fake world. */
const fakeEdits = (world: World): Edits => ({
  setThreshold: async (threshold) => {
    const { hostname, value, former } = threshold;
    const current = world.thresholds.of(hostname) ?? null;
    if (current !== former && current !== value) throw new ChangedMeanwhile(threshold, current);
    const known = new Map([...world.thresholds.byHost, [hostname, value]]);
    const rows = [...known].map(([host, allowed]) => ({ hostname: host, value: allowed }));
    world.thresholds.replace(rows, Date.now());
  },
  addSilence: async ({ minutes, ...silence }) => {
    const [id, now] = [String(world.silences.length + 1), Date.now()];
    world.silences = [...world.silences, { id, ...silence, until: now + minutes * 60_000 }];
  },
  endSilence: async (id) => {
    world.silences = world.silences.filter((silence) => silence.id !== id);
  },
});

const INFO: StackInfo = {
  stack: "local",
  readOnly: false,
  thresholdCacheMs: 60_000,
  pipelines: {
    filter: { output: { topic: "cpu_load_stats_real_filter" } },
    aggregate: { output: { topic: "cpu_agg_stats" } },
    alerts: { reads: "aggregate", output: { topic: "cpu_alerts" } },
    quarantine: { output: { topic: "cpu_load_stats_real_quarantine" } },
  },
};

/** Builds what a browser gets, unless the cache has it. */
export const buildPage = () => installPage(silent);

/** The page's server with a world that a test fills, without any services behind it. */
export class FakePage {
  private constructor(
    readonly url: string,
    readonly world: World,
    private readonly server: Server,
    private readonly stopper: AbortController,
  ) {}

  /**
   * @param port of a server that ran before
   * @param everyMs how often a browser gets changes
   */
  static async serve(
    world: World,
    info: Partial<StackInfo> = {},
    { port = 0, everyMs = 1_000 } = {},
  ): Promise<FakePage> {
    const stopper = new AbortController();
    const app = pageApp({
      world,
      attention: new Attention(),
      info: { ...INFO, ...info },
      edits: fakeEdits(world),
      rules: { raiseAfter: 1, clearAfter: 2 },
      webDirectory: pageDirectory(),
      signal: stopper.signal,
      everyMs,
    });
    const server = createServer(getRequestListener(app.fetch));
    await once(server.listen(port, "127.0.0.1"), "listening");
    const { port: own } = server.address() as AddressInfo;
    return new FakePage(`http://127.0.0.1:${own}`, world, server, stopper);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async stop(): Promise<void> {
    this.stopper.abort();
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }
}
