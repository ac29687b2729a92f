import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { isActive, type JobState } from "../../clients/flink/job.ts";

/** A job as it was submitted; tests change its state. */
export interface StandInJob {
  readonly jid: string;
  readonly name: string;
  readonly statement: string;
  /** The savepoint or checkpoint that it was submitted with, and whether it may drop a part of it. */
  readonly from: string | undefined;
  readonly partly: boolean;
  readonly labels: Record<string, string>;
  state: JobState;
  /** Why it failed. */
  trace?: string;
}

/** What a request is answered with instead: an object, a refusal (400 to 499), a proxy's error, or no answer at all. */
export type Instead = object | number | "reset" | undefined;

const PLAN =
  "== Optimized Execution Plan ==\nSink(table=[sink], fields=[v])\n+- TableSourceScan(table=[[source]])";

/** A Flink that runs nothing: its JobManager and its SQL Gateway, at one address. */
export class FlinkStandIn {
  readonly jobs: StandInJob[] = [];
  readonly requests: string[] = [];
  /** Called with each request, such as `GET /jobs/overview`. */
  instead: (request: string) => Instead = () => undefined;
  /** Called with each job that is submitted; an error refuses it. */
  submitted: (job: StandInJob) => void = () => {};
  private readonly sessions: Record<string, string>[] = [];
  private readonly results: unknown[][][] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FlinkStandIn> {
    const server = createServer();
    const flink = new FlinkStandIn(server);
    server.on("request", async (request, response) => {
      const said = `${request.method} ${request.url}`;
      flink.requests.push(said);
      const body = await bodyOf(request);
      const answer = flink.instead(said) ?? flink.answerTo(said, body);
      if (answer === "reset") return void request.socket.resetAndDestroy();
      response.writeHead(typeof answer === "number" ? answer : 200, { "content-type": "application/json" });
      const isRefusal = typeof answer === "number" && answer < 500;
      response.end(JSON.stringify(isRefusal ? { errors: ["refused"] } : answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return flink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  active(): StandInJob[] {
    return this.jobs.filter(isActive);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answerTo(said: string, body: Record<string, never>): Instead {
    try {
      return this.answer(said, body) ?? 404;
    } catch {
      return 400;
    }
  }

  private answer(said: string, body: Record<string, never>): object | undefined {
    const [, id = "", rest = ""] = /\/(?:jobs|sessions)\/(\w+)(.*)$/.exec(said) ?? [];
    if (said === "POST /v1/sessions")
      return { sessionHandle: String(this.sessions.push(body.properties ?? {}) - 1) };
    if (said.startsWith("DELETE /v1/sessions/")) return { status: "CLOSED" };
    if (said.startsWith("POST /v1/sessions/")) {
      const rows = this.execute(this.sessions[Number(id)] ?? {}, body.statement ?? "");
      return { operationHandle: String(this.results.push(rows) - 1) };
    }
    if (said.startsWith("GET /v1/sessions/")) {
      const rows = this.results[Number(/operations\/(\d+)/.exec(rest)?.[1])] ?? [];
      return { resultType: "EOS", results: { data: rows.map((fields) => ({ fields })) } };
    }
    if (said === "GET /jobs/overview") return { jobs: this.jobs.map(overviewOf) };
    if (said === "GET /overview") return { "slots-total": 8, "slots-available": 4 };
    const job = this.jobs.find(({ jid }) => jid === id);
    return job && this.answerAbout(job, said.slice(0, said.indexOf(" ")), rest);
  }

  private answerAbout(job: StandInJob, method: string, rest: string): object | undefined {
    if (method === "PATCH") job.state = "CANCELED";
    if (rest === "/stop") return { "request-id": "1" };
    if (rest.startsWith("/savepoints/")) {
      job.state = "FINISHED";
      return { status: { id: "COMPLETED" }, operation: { location: `/savepoints/of-${job.jid}` } };
    }
    if (rest === "/config") return { "execution-config": { "user-config": job.labels } };
    if (rest.startsWith("/exceptions")) {
      const entries = job.trace === undefined ? [] : [{ stacktrace: job.trace, timestamp: 1 }];
      return { exceptionHistory: { entries } };
    }
    if (rest === "/checkpoints")
      return { latest: { savepoint: null, completed: null, restored: null }, "request-id": "1" };
    return { vertices: [{ id: "source" }] };
  }

  private execute(settings: Record<string, string>, statement: string): unknown[][] {
    if (statement.startsWith("EXPLAIN")) return [[PLAN]];
    if (!statement.startsWith("INSERT")) return [];
    const labels = (settings["pipeline.global-job-parameters"] ?? "").split(",");
    const job: StandInJob = {
      jid: settings["$internal.pipeline.job-id"] ?? randomBytes(16).toString("hex"),
      name: settings["pipeline.name"] ?? "",
      statement,
      from: settings["execution.state-recovery.path"],
      partly: settings["execution.state-recovery.ignore-unclaimed-state"] === "true",
      labels: Object.fromEntries(labels.map((label) => label.split(":"))),
      state: "RUNNING",
    };
    this.submitted(job);
    this.jobs.push(job);
    return [[job.jid]];
  }
}

const overviewOf = ({ jid, name, state }: StandInJob) => ({
  jid,
  name,
  state,
  tasks: { total: 1, running: state === "RUNNING" ? 1 : 0 },
  "last-modification": 1,
});

async function bodyOf(request: IncomingMessage): Promise<Record<string, never>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : JSON.parse(text);
}
