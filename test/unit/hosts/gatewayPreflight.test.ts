import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { SettingsError } from "../../../components/settings/settingsError.ts";
import { freePorts } from "../../support/ports.ts";
import { hostsOf, settingsOf } from "../aiven/settings.ts";

type Answers = Readonly<Record<string, object>>;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A part of Flink that answers each request as given, and anything else as Flink does. */
async function flink(
  answers: Answers,
  status = 404,
  requests: string[] = [],
  page?: string,
): Promise<string> {
  const server = createServer((request, response) => {
    const asked = `${request.method} ${request.url}`;
    requests.push(asked);
    const answer = answers[asked];
    response.writeHead(answer === undefined ? status : 200, { "content-type": "application/json" });
    response.end(page ?? JSON.stringify(answer ?? { errors: [`No answer to ${asked}.`] }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const sqlGateway = (
  version = "1.20.3",
  properties: object = { "execution.checkpointing.interval": "1 s" },
) => ({
  "GET /v1/info": { productName: "Apache Flink", version },
  "POST /v1/sessions": { sessionHandle: "a-session" },
  "GET /v1/sessions/a-session": { properties },
  "DELETE /v1/sessions/a-session": { status: "CLOSED" },
});

const jobManager = (version = "1.20.3") => ({
  "GET /overview": { "flink-version": version, "slots-total": 14, "slots-available": 14 },
});

/** What is reported before anything is created; undefined if nothing is. */
async function problemOf(gatewayUrl: string, webUrl: string): Promise<Error | undefined> {
  const urls = { "flink.gatewayUrl": gatewayUrl, "flink.webUrl": webUrl };
  const { used } = hostsOf(settingsOf({ "flink.runsOn": "gateway", ...urls }), "demo");
  const gateway = used.find(({ host }) => host.name === "gateway");
  try {
    await gateway?.host.preflight?.(gateway.context);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

describe("a Flink behind a gateway", () => {
  it("of version 1.20 that takes checkpoints is accepted, and its session is closed again", async () => {
    const requests: string[] = [];
    const gatewayUrl = await flink(sqlGateway(), 404, requests);
    expect(await problemOf(`${gatewayUrl}/`, await flink(jobManager("1.20.0")))).toBe(undefined);
    expect(requests).toEqual([
      "GET /v1/info",
      "POST /v1/sessions",
      "GET /v1/sessions/a-session",
      "DELETE /v1/sessions/a-session",
    ]);
  });

  it.each(["1.20-SNAPSHOT", "1.20.1-stream1"])("of version %s is accepted", async (version) => {
    expect(await problemOf(await flink(sqlGateway(version)), await flink(jobManager(version)))).toBe(
      undefined,
    );
  });

  it.each(["1.19.1", "1.2.0", "2.0.0", "1.200.0"])("of version %s is refused", async (version) => {
    const gatewayUrl = await flink(sqlGateway(version));
    const webUrl = await flink(jobManager(version));
    const needed =
      "but the pipelines need 1.20: use a cluster with Flink 1.20, in its SQL Gateway as well as in its JobManager and TaskManagers";
    const problem = await problemOf(gatewayUrl, webUrl);
    expect(problem).toBeInstanceOf(SettingsError);
    expect(problem?.message).toBe(`2 settings are wrong:
  - flink.gatewayUrl is ${gatewayUrl}, whose Flink is version ${version}, ${needed}
  - flink.webUrl is ${webUrl}, whose Flink is version ${version}, ${needed}`);
  });

  it("is refused if the two addresses are swapped", async () => {
    const gatewayUrl = await flink(sqlGateway());
    const webUrl = await flink(jobManager());
    expect(await problemOf(webUrl, gatewayUrl)).toMatchObject({
      problems: [
        `flink.gatewayUrl is ${webUrl}, where Flink answers, but not the SQL Gateway: set it to the address of the SQL Gateway`,
        `flink.webUrl is ${gatewayUrl}, where Flink answers, but not the JobManager: set it to the address of the JobManager`,
      ],
    });
  });

  it.each([
    [{}, "not set"],
    [{ "execution.checkpointing.interval": "0 ms" }, "0 ms"],
  ])("is refused if it takes no checkpoints: %j", async (properties, found) => {
    const gatewayUrl = await flink(sqlGateway("1.20.3", properties));
    expect(await problemOf(gatewayUrl, await flink(jobManager()))).toMatchObject({
      problems: [
        `the SQL Gateway at ${gatewayUrl} takes no checkpoints (execution.checkpointing.interval is ${found}), and without them no result in Kafka ever becomes readable: set execution.checkpointing.interval, such as 1 s, in its config.yaml, and restart it`,
      ],
    });
  });

  it("that is away is not called a wrong setting", async () => {
    const [gatewayPort, webPort] = await freePorts(2);
    const urls = [`http://127.0.0.1:${gatewayPort}`, `http://127.0.0.1:${webPort}`] as const;
    const problem = await problemOf(...urls);
    expect(problem).toBeInstanceOf(pulumi.RunError);
    expect(problem).not.toBeInstanceOf(SettingsError);
    expect(problem?.message).toBe(
      `the SQL Gateway at ${urls[0]} does not answer: ECONNREFUSED\nthe JobManager at ${urls[1]} does not answer: ECONNREFUSED`,
    );
  });

  it("that cannot answer right now is shown with its words", async () => {
    const webUrl = await flink({}, 503);
    const problem = await problemOf(await flink(sqlGateway()), webUrl);
    expect(problem).not.toBeInstanceOf(SettingsError);
    expect(problem?.message).toBe(
      `the JobManager at ${webUrl} answered 503: No answer to GET /overview.: see its log, and try again`,
    );
  });
});
