import { TLSSocket } from "node:tls";
import pg from "pg";
import { noteExpiry } from "../../lib/certificateExpiry.ts";
import { codeOf } from "../../lib/rootCause.ts";
import { until } from "../../lib/until.ts";
import { ANSWER_MS, type Deadlines, type PostgresConnection } from "./connection.ts";
import { isLockTimeout, userErrorOf } from "./errors.ts";
import { describeHolders, type LockHolder, lockHolders } from "./locks.ts";

const DEADLINES: Deadlines = { connect: 10_000, lock: 10_000, statement: 20_000 };

/** How long we wait for the goodbye to be answered. */
const GOODBYE_MS = 1_000;

// https://www.postgresql.org/docs/current/errcodes-appendix.html: "cannot_connect_now", sent during recovery.
const STARTING_UP = "57P03";

/**
 * Connects, passes the client to `use`, and always disconnects.
 * If the server is still starting up, waits until the connect deadline.
 *
 * @throws PostgresRefusal if the server's certificate, our password or our privileges are insufficient, or a deadline
 * is exceeded; for a lock, the message names its holder
 * @throws PostgresUnreachable if it does not answer
 */
export async function withPostgres<T>(
  connection: PostgresConnection,
  use: (client: pg.Client) => Promise<T>,
  deadlines: Deadlines = DEADLINES,
): Promise<T> {
  try {
    return await connected(connection, use, deadlines);
  } catch (error) {
    if (!isLockTimeout(error)) throw userErrorOf(error, connection, { deadlines });
    const holders = describeHolders(await holdersNow(connection, deadlines));
    throw userErrorOf(error, connection, { deadlines, holders });
  }
}

/** The sessions that others wait for; none if PostgreSQL does not answer. */
async function holdersNow(connection: PostgresConnection, deadlines: Deadlines): Promise<LockHolder[]> {
  try {
    return await connected(connection, (client) => lockHolders(client, deadlines.lock), deadlines);
  } catch {
    return [];
  }
}

async function connected<T>(
  connection: PostgresConnection,
  use: (client: pg.Client) => Promise<T>,
  deadlines: Deadlines,
): Promise<T> {
  const client = await connect(connection, deadlines);
  try {
    return await use(client);
  } finally {
    await disconnect(client);
  }
}

/** On a dead connection, the goodbye gets no answer. */
async function disconnect(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS);
  await client.end();
  clearTimeout(timer);
}

async function connect(connection: PostgresConnection, deadlines: Deadlines): Promise<pg.Client> {
  let startingUp: unknown;
  const attempt = async () => {
    const client = newClient(connection, deadlines);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (codeOf(error) !== STARTING_UP) throw error;
      startingUp = error;
      return undefined;
    }
  };
  const client = await until(attempt, { deadline: deadlines.connect, pollMs: 100 });
  if (client === undefined) throw startingUp;
  return client;
}

function newClient({ tls, ...address }: PostgresConnection, deadlines: Deadlines): pg.Client {
  const client = new pg.Client({
    ...address,
    ssl: tls === undefined ? false : { ...tls, rejectUnauthorized: true },
    connectionTimeoutMillis: deadlines.connect,
    lock_timeout: deadlines.lock,
    statement_timeout: deadlines.statement,
    query_timeout: deadlines.statement + ANSWER_MS,
    types: { getTypeParser },
    application_name: "streaming-anomaly-detection",
  });
  // The next query reports a connection that was lost while idle; without a listener, the loss would end the process.
  client.on("error", () => {});
  client.connection.once("sslconnect", () => {
    if (client.connection.stream instanceof TLSSocket) noteExpiry(client.connection.stream);
  });
  return client;
}

/** Returns NUMERIC as a number, like other numeric types; our NUMERIC columns hold percentages with two decimals. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === pg.types.builtins.NUMERIC ? Number : pg.types.getTypeParser(oid, format as "text");

/** The connection URL including the password, for psql and other clients. */
export function postgresUrl({ host, port, database, user, password }: PostgresConnection): string {
  const credentials = [user, password].map(encodeURIComponent).join(":");
  return `postgresql://${credentials}@${host}:${port}/${encodeURIComponent(database)}`;
}
