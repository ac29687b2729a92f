/** Everything a client needs to reach a PostgreSQL database. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /**
   * Present if the server uses TLS; it is then verified against the certificate authority (PEM), or the system's
   * authorities if there is none.
   */
  readonly tls?: { readonly ca?: string };
}

/** How long PostgreSQL may take, in ms. */
export interface Deadlines {
  /** To accept the connection. */
  readonly connect: number;
  /** For one statement to get its locks. */
  readonly lock: number;
  /** For one statement in total. */
  readonly statement: number;
}

/**
 * How much longer than PostgreSQL's own limit for a statement we wait, in ms; after that the connection is dead. A
 * process that stands still for that long gives up before it reads the answer that has arrived meanwhile.
 */
export const ANSWER_MS = 3_000;
