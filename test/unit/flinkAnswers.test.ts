import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { FlinkUnreachable, NotFlink } from "../../clients/flink/restApi.ts";
import { SqlSession } from "../../clients/flink/sqlGateway.ts";
import { FlinkStandIn } from "../support/flinkStandIn.ts";

/** The server's response to every request. */
let answer = { status: 200, type: "text/html", body: "" };
let breaksOff = false;
/** How many requests it answers with an error before that, and all that it has received. */
let errors = 0;
const requests: string[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (errors-- > 0) {
      response.writeHead(500, { "content-type": "application/json" });
      return void response.end(INTERNAL_ERROR);
    }
    const length = breaksOff ? { "content-length": String(answer.body.length + 100) } : {};
    response.writeHead(answer.status, { "content-type": answer.type, ...length });
    if (!breaksOff) return void response.end(answer.body);
    response.write(answer.body, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** Queries both of Flink's APIs, and returns the error from each. */
async function failures(given: Partial<typeof answer>): Promise<unknown[]> {
  answer = { status: 200, type: "text/html", body: "", ...given };
  return Promise.all([
    new JobManager(url).jobs().catch((error: unknown) => error),
    SqlSession.with(url, {}, async () => undefined).catch((error: unknown) => error),
  ]);
}

const INTERNAL_ERROR = JSON.stringify({
  errors: [
    "Internal server error.",
    "<Exception on server side:\norg.apache.commons.math3.exception.NullArgumentException: input array\n" +
      "\tat org.apache.commons.math3.util.MathArrays.verifyValues(MathArrays.java:1650)\n\n" +
      "End of exception on server side>",
  ],
});

const CHECK_ADDRESS =
  "check that the address is that of Flink's REST API, and that no proxy or login is in front of it";
const CHECK_BEHIND = "the proxy in front of it cannot reach it: check that Flink runs, and try again";

describe("a response that is not Flink's", () => {
  const long = `{"jobs": [${"0123456789".repeat(20)}`;
  it.each<[string, Partial<typeof answer>, string]>([
    [
      "the page of an ingress whose server is away",
      {
        status: 502,
        body: "<html>\r\n<head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
      },
      `HTTP status 502 and "502 Bad Gateway 502 Bad Gateway"; ${CHECK_BEHIND}`,
    ],
    [
      "a login page",
      { body: "<style>p { color: red }</style><script>go('<b>')</script><p>Please&nbsp;sign in</p>" },
      `HTTP status 200 and "Please sign in"; ${CHECK_ADDRESS}`,
    ],
    ["nothing", { status: 503 }, `HTTP status 503 and nothing; ${CHECK_BEHIND}`],
    ["nothing, as if all were well", {}, `HTTP status 200 and nothing; ${CHECK_ADDRESS}`],
    [
      "JSON that was cut off",
      { type: "application/json", body: long },
      `HTTP status 200 and "${long.slice(0, 120)} …"; ${CHECK_ADDRESS}`,
    ],
    [
      "a page that does not exist, which says nothing about a job",
      { status: 404, body: "<h1>404 page not found</h1>" },
      `HTTP status 404 and "404 page not found"; ${CHECK_ADDRESS}`,
    ],
    [
      "JSON of another server",
      { status: 404, type: "application/json", body: '{"message":"no Route matched"}' },
      `HTTP status 404 and "{"message":"no Route matched"}"; ${CHECK_ADDRESS}`,
    ],
    [
      "JSON of another server, as if all were well",
      { type: "application/json", body: "{}" },
      `HTTP status 200 and "{}"; ${CHECK_ADDRESS}`,
    ],
  ])("is reported in one sentence by both APIs for %s", async (_, given, words) => {
    const [jobManager, gateway] = (await failures(given)) as Error[];
    expect(jobManager).toBeInstanceOf(NotFlink);
    expect(jobManager?.message).toBe(`the JobManager at ${url} does not answer like Flink: ${words}`);
    expect(gateway).toBeInstanceOf(NotFlink);
    expect(gateway?.message).toBe(`the SQL Gateway at ${url} does not answer like Flink: ${words}`);
  });

  it("counts as no response if the connection breaks midway", async () => {
    breaksOff = true;
    try {
      for (const error of (await failures({ body: '{"jobs": [' })) as Error[]) {
        expect(error).toBeInstanceOf(FlinkUnreachable);
        expect(error.message).toMatch(/^the (JobManager|SQL Gateway) at \S+ does not answer: /);
      }
    } finally {
      breaksOff = false;
    }
  });
});

it("an error from Flink is passed on in Flink's words", async () => {
  const body = JSON.stringify({
    errors: ["Internal server error.", "java.lang.IllegalStateException: no leader"],
  });
  const [jobManager, gateway] = (await failures({ status: 500, type: "application/json", body })) as Error[];
  expect(jobManager?.message).toBe("the JobManager answered 500: IllegalStateException: no leader");
  expect(gateway?.message).toContain("no leader");
});

describe("an error while Flink computes checkpoint statistics for somebody else", () => {
  const path = "file:/checkpoints/0/chk-7";
  const latest = { savepoint: null, completed: { id: 7, external_path: path }, restored: null };

  it("is not passed on, because Flink is asked again", async () => {
    answer = { status: 200, type: "application/json", body: JSON.stringify({ latest }) };
    errors = 1;
    requests.length = 0;
    expect(await new JobManager(url).newestState("0")).toEqual({ path, isSavepoint: false });
    expect(requests).toEqual(["GET /jobs/0/checkpoints", "GET /jobs/0/checkpoints"]);
  });

  it("is passed on if Flink was to do something, which is not done twice", async () => {
    errors = 1;
    requests.length = 0;
    const stopped = new JobManager(url).stopWithSavepoint("0");
    await expect(stopped).rejects.toThrow(
      /^the JobManager answered 500: NullArgumentException: input array$/,
    );
    expect(requests).toEqual(["POST /jobs/0/stop"]);
  });
});

it("a session that cannot be closed hides neither its result nor its error", async () => {
  const flink = await FlinkStandIn.start();
  onTestFinished(() => flink.close());
  flink.instead = (request) => (request.startsWith("DELETE") ? 502 : undefined);
  expect(await SqlSession.with(flink.url, {}, async () => "result")).toBe("result");
  const failing = SqlSession.with(flink.url, {}, () => Promise.reject(new Error("the real error")));
  await expect(failing).rejects.toThrow("the real error");
});

it.each([
  ["all run", { total: 3, running: 3, finished: 0 }, true],
  ["one has read its table, which is read once", { total: 3, running: 2, finished: 1 }, true],
  ["one still waits for a slot", { total: 3, running: 2, scheduled: 1 }, false],
  ["there is none yet", { total: 0, running: 0 }, false],
])("whether a job's tasks run if %s", async (_, tasks, expected) => {
  const job = { jid: "1", name: "local-filter", state: "RUNNING", tasks, "last-modification": 1 };
  answer = { status: 200, type: "application/json", body: JSON.stringify({ jobs: [job] }) };
  expect(await new JobManager(url).jobs()).toMatchObject([{ allTasksRunning: expected }]);
});
