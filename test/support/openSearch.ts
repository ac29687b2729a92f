import { rmSync } from "node:fs";
import { join } from "node:path";
import type { OpenSearchConnection } from "../../clients/openSearch/client.ts";
import { isAlive } from "../../provider/process/identity.ts";
import { type ServerState, serverHandler } from "../../provider/process/server.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import { ownFolder } from "./forsakenStacks.ts";
import { freeOpenSearchPort, freePorts } from "./ports.ts";
import { ResourceGraph } from "./resourceGraph.ts";
import { until } from "./topics.ts";

/** A real OpenSearch node for one test file, started in the same way as the local stack starts its own. */
export class OpenSearchNode {
  private constructor(
    private readonly directory: string,
    private readonly inputs: ServerInputs,
    private state: ServerState,
    readonly connection: OpenSearchConnection,
  ) {}

  static async start(): Promise<OpenSearchNode> {
    const directory = ownFolder("streaming-opensearch-");
    const port = await freeOpenSearchPort();
    const [transportPort] = await freePorts(1);
    const settings = {
      directory: join(directory, "data"),
      "openSearch.port": port,
      "openSearch.transportPort": transportPort,
    };
    const inputs = (await ResourceGraph.of(settings)).get("openSearch-node")
      .inputs as unknown as ServerInputs;
    const { state } = await serverHandler.create(inputs, "openSearch-node");
    return new OpenSearchNode(directory, inputs, state, { url: `http://127.0.0.1:${port}` });
  }

  async kill(): Promise<void> {
    process.kill(this.state.pid, "SIGKILL");
    await until(() => !isAlive(this.state), "the end of OpenSearch");
  }

  /** Restarts it on the same data, as an `up` would. */
  async restart(): Promise<void> {
    this.state = await serverHandler.update(this.inputs.directory, this.state, this.inputs);
  }

  async remove(): Promise<void> {
    await serverHandler.delete(this.inputs.directory, this.state);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
