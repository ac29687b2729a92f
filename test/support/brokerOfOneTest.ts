import { rmSync } from "node:fs";
import { join } from "node:path";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { type ServerState, serverHandler } from "../../provider/process/server.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import { ownFolder } from "./forsakenStacks.ts";
import { freePorts } from "./ports.ts";
import { ResourceGraph } from "./resourceGraph.ts";

/** A broker for a single test file. */
export interface Broker {
  readonly connection: KafkaConnection;
  /** Its process and its folders. */
  readonly state: ServerState;
  remove(): Promise<void>;
}

/**
 * Starts a broker in the same way as the local stack starts its own.
 *
 * @param properties those that differ
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
    state,
    async remove() {
      // Nothing on it is needed any more, so do not wait for an orderly shutdown.
      await serverHandler.delete(state.directory, { ...state, graceSeconds: 0 });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
