import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { pageApp } from "../../../apps/page/http/app.ts";
import type { World } from "../../../apps/page/model/world.ts";
import type { StackInfo } from "../../../apps/page/views/sections.ts";
import { installPage, pageDirectory } from "../../../setup/page.ts";
import { silent } from "../silentProgress.ts";

const INFO: StackInfo = {
  stack: "local",
  readOnly: false,
  pipelines: {
    filter: { output: { topic: "cpu_load_stats_real_filter" } },
    aggregate: { output: { topic: "cpu_agg_stats" } },
    alerts: { reads: "aggregate", output: { topic: "cpu_alerts" } },
    quarantine: { output: { topic: "cpu_load_stats_real_quarantine" } },
  },
};

/** The page's server on a world that a test fills, without any service behind it. */
export class FakePage {
  private constructor(
    readonly url: string,
    readonly world: World,
    private readonly server: Server,
    private readonly stopper: AbortController,
  ) {}

  static async serve(world: World, info: Partial<StackInfo> = {}, port = 0): Promise<FakePage> {
    await installPage(silent);
    const stopper = new AbortController();
    const app = pageApp({
      world,
      info: { ...INFO, ...info },
      webDirectory: pageDirectory(),
      signal: stopper.signal,
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
