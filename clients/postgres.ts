import { setTimeout as sleep } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import pg from "pg";
import { userErrorOf } from "./postgresErrors.ts";
import { noteExpiry } from "./tlsErrors.ts";

/** Everything a client needs to reach a PostgreSQL database. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Present where the server speaks TLS, which is then verified against this certificate authority (PEM). */
  readonly tls?: { readonly ca: string };
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html: "cannot_connect_now", sent during recovery.
const STARTING_UP = "57P03";
const RETRY_FOR_MS = 10_000;

/**
 * Connects, hands the client to `use`, and disconnects whatever happens.
 * A server that is still starting up is waited for, at most 10 s.
 *
 * @throws PostgresRefusal where the server's certificate, our password or our privileges do not do
 * @throws PostgresUnreachable where it does not answer
 */
export async function withPostgres<T>(
  connection: PostgresConnection,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  try {
    const client = await connect(connection);
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  } catch (error) {
    throw userErrorOf(error, connection);
  }
}

async function connect(connection: PostgresConnection): Promise<pg.Client> {
  const { tls, ...address } = connection;
  const giveUpAt = Date.now() + RETRY_FOR_MS;
  for (;;) {
    const client = new pg.Client({
      ...address,
      ssl: tls === undefined ? false : { ca: tls.ca, rejectUnauthorized: true },
      connectionTimeoutMillis: RETRY_FOR_MS,
      application_name: "streaming-anomaly-detection",
    });
    // A connection lost while idle is reported by the next query; without a listener it would end the process.
    client.on("error", () => {});
    client.connection.once("sslconnect", () => {
      if (client.connection.stream instanceof TLSSocket) noteExpiry(client.connection.stream);
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      if ((error as { code?: string }).code !== STARTING_UP || Date.now() > giveUpAt) throw error;
      await sleep(100);
    }
  }
}

/** The address with the password, as psql and other clients take it. */
export function postgresUrl({ host, port, database, user, password }: PostgresConnection): string {
  const credentials = [user, password].map(encodeURIComponent).join(":");
  return `postgresql://${credentials}@${host}:${port}/${encodeURIComponent(database)}`;
}
