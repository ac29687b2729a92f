import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callOpenSearch, OpenSearchRefusal, OpenSearchUnreachable } from "../../clients/openSearch.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The address of a server that answers every call like that. */
async function answering(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(createServer(listener))}`;
}

const health = (connection: { url: string; username?: string; password?: string; ca?: string }) =>
  callOpenSearch<Record<string, unknown>>(connection, "GET", "/_cluster/health");
const failure = (url: string) => health({ url }).catch((error: Error) => error);

describe("a call of OpenSearch", () => {
  it("sends method, path, JSON and login", async () => {
    const url = await answering((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      const { method, url: path, headers } = request;
      request.on("end", () => response.end(JSON.stringify({ method, path, headers, body })));
    });
    const connection = { url: `${url}/prefix/`, username: "ada", password: "p:ä" };
    expect(await callOpenSearch(connection, "PUT", "/a", { b: 1 })).toMatchObject({
      method: "PUT",
      path: "/prefix/a",
      headers: {
        authorization: `Basic ${Buffer.from("ada:p:ä").toString("base64")}`,
        "content-type": "application/json",
      },
      body: '{"b":1}',
    });
  });

  it.each([
    [401, "Unauthorized", "does not accept the user name and password (401)"],
    [403, '{"error":"no rights"}', "refuses GET /_cluster/health (403): no rights"],
    [
      400,
      '{"error":{"reason":"it is wrong","caused_by":{"type":"x","caused_by":{"reason":"a comma"}}}}',
      "refuses GET /_cluster/health (400): it is wrong: a comma",
    ],
    [502, "<html>Bad gateway</html>", "refuses GET /_cluster/health (502): <html>Bad gateway</html>"],
    [503, "", "refuses GET /_cluster/health (503): no reason given"],
  ])("that is refused with %d and %j says why", async (status, text, message) => {
    const url = await answering((_request, response) => response.writeHead(status).end(text));
    const error = await failure(url);
    expect(error).toBeInstanceOf(OpenSearchRefusal);
    expect(error).toMatchObject({ status, message: `OpenSearch at ${url} ${message}` });
  });

  it("that nobody answers, or not to the end, says so", async () => {
    const broken = await answering((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("{", () => response.destroy());
    });
    expect(await failure(broken)).toMatchObject({
      message: `OpenSearch at ${broken} does not answer: ECONNRESET`,
    });
    const nowhere = "http://127.0.0.1:1";
    const error = await failure(nowhere);
    expect(error).toBeInstanceOf(OpenSearchUnreachable);
    expect(error).toMatchObject({ message: `OpenSearch at ${nowhere} does not answer: ECONNREFUSED` });
  });
});

describe("a call by TLS", () => {
  const directory = mkdtempSync(join(tmpdir(), "opensearch-tls-"));
  const file = (name: string) => join(directory, name);
  const read = (name: string) => readFileSync(file(name), "utf8");
  beforeAll(() => {
    const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"];
    for (const name of ["own", "other"]) {
      const output = ["-keyout", file(`${name}.key`), "-out", file(`${name}.crt`)];
      const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...output, ...subject];
      execFileSync("openssl", args, { stdio: "ignore" });
    }
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("trusts the given authority, and no other", async () => {
    const identity = { key: read("own.key"), cert: read("own.crt") };
    const server = createTlsServer(identity, (_request, response) => response.end('{"status":"green"}'));
    const url = `https://127.0.0.1:${await portOf(server)}`;
    expect(await health({ url, ca: read("own.crt") })).toEqual({ status: "green" });
    for (const connection of [{ url }, { url, ca: read("other.crt") }]) {
      await expect(health(connection)).rejects.toThrow(/does not answer: DEPTH_ZERO_SELF_SIGNED_CERT$/);
    }
  });
});
