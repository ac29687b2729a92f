import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, inject, it } from "vitest";
import { latestCheckpoint } from "../../provider/flink/checkpoints.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs } from "../../provider/flink/sqlJobInputs.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { activeJobs, cancelAll, create, failureOf, sqlJob } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const { kafka: connection, flink } = inject("services");
const used: OwnTopics<"divisors" | "counts">[] = [];
const jobs: string[] = [];

afterAll(async () => {
  await cancelAll(jobs);
  for (const topics of used) await topics.delete();
});

/** Numbers the messages: the count is the state that must not be lost. */
const counting = (value: string) => `INSERT INTO counts SELECT ${value},
  COUNT(*) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM divisors`;

/** A job that counts, and then an update to a statement that fails at the number 7, after its first checkpoint. */
async function failingUpdate(jobManagerUrl: string) {
  const topics = new OwnTopics(connection, ["divisors", "counts"]);
  used.push(topics);
  await topics.create();
  const [source, sink] = [topics.of("divisors"), topics.of("counts")];
  const table = (columns: string, topic: string, options = "") =>
    `CREATE TABLE ${columns} WITH ('connector' = 'kafka', 'topic' = '${topic}', 'value.format' = 'json',
      'properties.bootstrap.servers' = '${connection.bootstrapServers}' ${options})`;
  const inputs: SqlJobInputs = sqlJob({
    jobManagerUrl,
    tables: [
      table("divisors (v BIGINT, pt AS PROCTIME())", source, ", 'scan.startup.mode' = 'earliest-offset'"),
      table("counts (v BIGINT, n BIGINT)", sink),
    ],
    statement: counting("v + 100"),
    settings: { "execution.checkpointing.interval": "100 ms" },
  });
  jobs.push(inputs.job);
  const send = (v: number) => produce(connection, source, [{ value: JSON.stringify({ v }) }]);
  const rows = (atLeast: number) => consume(connection, sink, { atLeast });

  const state = await create(inputs);
  await send(1);
  expect(await rows(1)).toEqual([{ v: 101, n: 1 }]);
  const changed = { ...inputs, statement: counting("10 / (v - 7)") };
  const failure = failureOf(sqlJobHandler.update("id", state, changed));
  let successor = "";
  // This checkpoint removes the savepoint that the successor started from.
  await until(async () => {
    successor = (await activeJobs(inputs.job)).find(({ jid }) => jid !== state.jobId)?.jid ?? "";
    return successor !== "" && (await latestCheckpoint(inputs, successor)) !== undefined;
  }, "the successor's first checkpoint");
  await send(7);
  return { job: inputs.job, successor, failure: await failure, send, rows };
}

it("if a changed statement fails after its first checkpoint, the previous one resumes from that checkpoint", async () => {
  const { job, failure, send, rows } = await failingUpdate(flink.webUrl);
  expect(failure).toMatch(/ArithmeticException: \/ by zero.*The previous statement keeps running\.$/s);
  await send(8);
  const expected = [101, 107, 108].map((v, index) => ({ v, n: index + 1 }));
  expect(await rows(expected.length)).toEqual(expected);
  expect(await activeJobs(job)).toMatchObject([{ state: "RUNNING" }]);
});

it("if a failing statement cannot be cancelled, the previous one does not start beside it", async () => {
  const jobManager = await withoutCancelling();
  const { job, failure, successor } = await failingUpdate(jobManager.url);
  jobManager.server.close();
  expect(failure).toMatch(/ArithmeticException: \/ by zero.*The previous statement does not run now: /s);
  expect(await activeJobs(job)).toMatchObject([{ jid: successor }]);
});

/** The JobManager, except that it fails to cancel jobs. */
async function withoutCancelling(): Promise<{ url: string; server: Server }> {
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    if (method === "PATCH") return void response.writeHead(500).end('{"errors":["Internal server error."]}');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const type = headers["content-type"];
    const answer = await fetch(`${flink.webUrl}${url}`, {
      method,
      ...(type !== undefined && { headers: { "content-type": type } }),
      ...body,
    });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
