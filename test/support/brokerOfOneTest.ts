import { rmSync } from "node:fs";
import { join } from "node:path";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { serverHandler } from "../../provider/process/server.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import { ownFolder } from "./forsakenStacks.ts";
import { freePorts } from "./ports.ts";
import { ResourceGraph } from "./resourceGraph.ts";

/** A broker that is there for one test file only. */
export interface Broker {
  readonly connection: KafkaConnection;
  remove(): Promise<void>;
}

/**
 * Starts a broker just as the local stack starts its own.
 *
 * @param properties what it has otherwise
 */
export async function startBroker(properties: Readonly<Record<string, string>>): Promise<Broker> {
  const directory = ownFolder("streaming-kafka-");
  const [port = 0, controller = 0] = await freePorts(2);
  const graph = await ResourceGraph.of({
    directory: join(directory, "data"),
    "kafka.port": port,
    "kafka.controllerPort": controller,
  });
  const inputs = graph.get("kafka-broker").inputs as unknown as ServerInputs;
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  const content = `${inputs.files?.["server.properties"]?.content}\n${lines.join("")}`;
  const files = { ...inputs.files, "server.properties": { content } };
  const { state } = await serverHandler.create({ ...inputs, files }, "kafka");
  return {
    connection: { bootstrapServers: `127.0.0.1:${port}`, security: { protocol: "PLAINTEXT" } },
    async remove() {
      // Nothing of it is needed any more: no waiting for an orderly end.
      await serverHandler.delete(state.directory, { ...state, graceSeconds: 0 });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
