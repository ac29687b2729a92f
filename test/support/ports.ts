import { randomInt } from "node:crypto";
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
  "openSearch.port",
  "openSearch.transportPort",
];

/** A free port for each of the settings, in their order. */
export async function freeSettingPorts(): Promise<number[]> {
  const ports = await freePorts(PORT_SETTINGS.length);
  ports[PORT_SETTINGS.indexOf("openSearch.port")] = await freeOpenSearchPort();
  return ports;
}

/** OpenSearch's has to be one of few; 9290 is left to the stack that a user may have running. */
export async function freeOpenSearchPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(9201, 9290);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!free) continue;
    await once(server.close(), "close");
    return port;
  }
  throw new Error("no port from 9201 to 9289 is free");
}

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
