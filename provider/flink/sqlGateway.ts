import { setTimeout as sleep } from "node:timers/promises";
import { engineGone } from "../engineWatch.ts";
import { rootCause } from "./rootCause.ts";

const POLL_MS = 100;
const REQUEST_MS = 30_000;

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
    private readonly url: string,
    private readonly handle: string,
  ) {}

  /** Opens a session with the given settings, hands it to `use`, and closes it whatever happens. */
  static async with<T>(
    gatewayUrl: string,
    settings: Record<string, string>,
    use: (session: SqlSession) => Promise<T>,
  ): Promise<T> {
    const url = `${gatewayUrl}/v1/sessions`;
    const { sessionHandle } = await request<{ sessionHandle: string }>("POST", url, { properties: settings });
    try {
      return await use(new SqlSession(url, sessionHandle));
    } finally {
      await request("DELETE", `${url}/${sessionHandle}`);
    }
  }

  /**
   * Runs one statement to its end and returns its rows. An INSERT ends when the job is submitted; its one
   * row holds the job's id.
   *
   * @throws StatementFailed with the root cause as Flink gives it
   */
  async execute(statement: string): Promise<unknown[][]> {
    const session = `${this.url}/${this.handle}`;
    const { operationHandle } = await request<{ operationHandle: string }>("POST", `${session}/statements`, {
      statement,
    });
    const rows: unknown[][] = [];
    let uri: string | undefined =
      `/v1/sessions/${this.handle}/operations/${operationHandle}/result/0?rowFormat=JSON`;
    while (uri !== undefined) {
      engineGone.throwIfAborted();
      const page: Results = await request<Results>("GET", new URL(uri, this.url).href);
      rows.push(...(page.results?.data ?? []).map(({ fields }) => fields));
      if (page.resultType === "NOT_READY") await sleep(POLL_MS);
      uri = page.resultType === "EOS" ? undefined : page.nextResultUri;
    }
    return rows;
  }
}

async function request<T>(method: string, url: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(REQUEST_MS),
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch (error) {
    throw new Error(`the SQL Gateway at ${new URL(url).origin} does not answer: ${rootCause(error)}`);
  }
  const answer = (await response.json()) as T & { errors?: string[] };
  if (!response.ok)
    throw new StatementFailed(rootCause(answer.errors?.join("\n") ?? `HTTP ${response.status}`));
  return answer;
}

/** The SQL Gateway, or the cluster behind it, refuses what it was asked for. */
export class StatementFailed extends Error {}
