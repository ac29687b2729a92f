import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inject, onTestFinished } from "vitest";
import type { JobOverview } from "../../clients/flink/job.ts";

/** The JobManager, except that it may fail to cancel jobs, and shows some jobs as if their tasks were still starting. */
export class JobManagerProxy {
  isStarting: (job: JobOverview) => boolean = () => false;

  private constructor(private readonly server: Server) {}

  /** Until the test has finished. */
  static async start(allowsCancelling: boolean): Promise<JobManagerProxy> {
    const server = createServer();
    const proxy = new JobManagerProxy(server);
    server.on("request", async (request, response) => {
      if (request.method === "PATCH" && !allowsCancelling)
        return void response.writeHead(500).end('{"errors":["Internal server error."]}');
      const answer = await forward(request);
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
      const body = Buffer.from(await answer.arrayBuffer());
      response.end(request.url === "/jobs/overview" ? proxy.shown(String(body)) : body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private shown(overview: string): string {
    const { jobs } = JSON.parse(overview) as { jobs: JobOverview[] };
    const shown = jobs.map((job) => {
      const { total, running, initializing = 0 } = job.tasks;
      const tasks = { ...job.tasks, total, running: 0, initializing: initializing + running };
      return this.isStarting(job) ? { ...job, tasks } : job;
    });
    return JSON.stringify({ jobs: shown });
  }
}

async function forward(request: IncomingMessage): Promise<Response> {
  const { method = "", url = "", headers } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const type = headers["content-type"];
  return fetch(`${inject("services").flink.webUrl}${url}`, {
    method,
    ...(type !== undefined && { headers: { "content-type": type } }),
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
}
