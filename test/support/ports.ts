import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** The settings that are ports. */
export const PORT_SETTINGS = [
  "kafka.port",
  "kafka.controllerPort",
  "postgres.port",
  "flink.webPort",
  "flink.rpcPort",
  "flink.gatewayPort",
];

/** Ports of 127.0.0.1 that are free at the moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  for (let index = 0; index < count; index++) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
  }
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
