import { until } from "../../lib/until.ts";
import { UserError } from "../../lib/userError.ts";
import { javaCause } from "./javaCause.ts";
import { ask } from "./restApi.ts";

const POLL_MS = 100;
/** A table is created within a few milliseconds. */
const FIRST_POLL_MS = 10;
const REQUEST_MS = 30_000;
/** How long to wait for a statement's next rows; an INSERT waits at most a minute for the JobManager. */
const STATEMENT_MS = 10 * 60_000;

interface Results {
  readonly resultType: "NOT_READY" | "PAYLOAD" | "EOS";
  readonly nextResultUri?: string;
  readonly results?: { readonly data: { readonly fields: unknown[] }[] };
}

/**
 * A session of Flink's SQL Gateway.
 * Protocol: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/dev/table/sql-gateway/rest/
 */
export class SqlSession {
  private constructor(
    private readonly gatewayUrl: string,
    private readonly handle: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Opens a session with the given settings, passes it to `use`, and then closes it if possible.
   *
   * @param signal stops waiting for a statement
   */
  static async with<T>(
    gatewayUrl: string,
    settings: Record<string, string>,
    use: (session: SqlSession) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { sessionHandle } = await request<{ sessionHandle: string }>(
      gatewayUrl,
      "POST",
      "/v1/sessions",
      ["sessionHandle"],
      { properties: settings },
    );
    try {
      return await use(new SqlSession(gatewayUrl, sessionHandle, signal));
    } finally {
      // The gateway closes an idle session after ten minutes (sql-gateway.session.idle-timeout).
      await request(gatewayUrl, "DELETE", `/v1/sessions/${sessionHandle}`, []).catch(() => {});
    }
  }

  /**
   * Runs one statement to completion and returns its rows. An INSERT completes when the job is submitted; its single
   * row holds the job's id.
   *
   * @throws StatementFailed with Flink's root cause
   */
  async execute(statement: string): Promise<unknown[][]> {
    const session = `/v1/sessions/${this.handle}`;
    const { operationHandle } = await request<{ operationHandle: string }>(
      this.gatewayUrl,
      "POST",
      `${session}/statements`,
      ["operationHandle"],
      { statement },
    );
    const rows: unknown[][] = [];
    let path: string | undefined = `${session}/operations/${operationHandle}/result/0?rowFormat=JSON`;
    while (path !== undefined) {
      const page: Results = await this.results(path);
      rows.push(...(page.results?.data ?? []).map(({ fields }) => fields));
      path = page.resultType === "EOS" ? undefined : page.nextResultUri;
    }
    return rows;
  }

  /** What a job of this session would be started with: the gateway's own configuration and the session's settings. */
  async config(): Promise<Readonly<Record<string, string>>> {
    const { properties } = await request<{ properties: Record<string, string> }>(
      this.gatewayUrl,
      "GET",
      `/v1/sessions/${this.handle}`,
      ["properties"],
    );
    return properties;
  }

  /** Waits for a page of results. */
  private async results(path: string): Promise<Results> {
    let next = path;
    const ready = async () => {
      const page = await request<Results>(this.gatewayUrl, "GET", next, ["resultType"]);
      if (page.resultType !== "NOT_READY") return page;
      next = page.nextResultUri ?? next;
      return undefined;
    };
    const wait = {
      deadline: STATEMENT_MS,
      pollMs: POLL_MS,
      firstPollMs: FIRST_POLL_MS,
      ...(this.signal && { signal: this.signal }),
    };
    const page = await until(ready, wait);
    if (page !== undefined) return page;
    throw new StatementFailed(`the SQL Gateway gave no result within ${STATEMENT_MS / 60_000} minutes`);
  }
}

async function request<T extends object>(
  url: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  fields: readonly (keyof T & string)[],
  body?: object,
): Promise<T> {
  const api = { name: "the SQL Gateway", url, timeoutMs: REQUEST_MS };
  const answer = await ask<T>(api, method, path, fields, body);
  if (!answer.ok) throw new StatementFailed(javaCause(answer.errors.join("\n")));
  return answer.body;
}

/** The SQL Gateway, or the cluster behind it, refuses a request. */
export class StatementFailed extends UserError {}
