import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

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
  "page.port",
];

// Below the ports that systems give to clients, which come and go, and below the default ports of a stack.
const ANY = { from: 10_000, below: 25_000 };
// The range that the setting allows, without its default.
const OPENSEARCH = { from: 9_201, below: 9_290 };

/** A free port for each of the settings, in order. */
export async function freeSettingPorts(): Promise<number[]> {
  const ports = await freePorts(PORT_SETTINGS.length);
  ports[PORT_SETTINGS.indexOf("openSearch.port")] = await freeOpenSearchPort();
  return ports;
}

/** Ports of 127.0.0.1 that are currently free, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort(ANY));
  return [...ports];
}

/** One of the few ports that OpenSearch may use. */
export const freeOpenSearchPort = () => freePort(OPENSEARCH);

/**
 * A port is taken some seconds after it was found free. Test files that run concurrently must not find the same one in
 * the meantime: each worker has its share of the ports, and so does the process that starts the shared services.
 */
const SHARES = 4;
const share = Number(process.env.VITEST_POOL_ID ?? 0) % SHARES;

async function freePort({ from, below }: { from: number; below: number }): Promise<number> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const port = randomInt(from, below);
    if (port % SHARES !== share) continue;
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue; // taken
    }
    await once(server.close(), "close");
    return port;
  }
  throw new Error(`no port from ${from} to ${below - 1} is free`);
}
