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

/** How long PostgreSQL may take, in ms. */
export interface Deadlines {
  /** To let us in. */
  readonly connect: number;
  /** Of one statement, to get its locks. */
  readonly lock: number;
  /** Of one statement, in all. */
  readonly statement: number;
}
