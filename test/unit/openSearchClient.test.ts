import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  callOpenSearch,
  OpenSearchRefusal,
  OpenSearchUnreachable,
  OpenSearchUntrusted,
} from "../../clients/openSearch/client.ts";
import { EXPIRED_ON, type KeyPair, TestAuthority, testCertificates } from "../support/certificates.ts";

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

/** The address of a server that gives this response to every call. */
async function answering(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(createServer(listener))}`;
}

const health = (connection: { url: string; username?: string; password?: string; ca?: string }) =>
  callOpenSearch<Record<string, unknown>>(connection, "GET", "/_cluster/health");
const failure = (url: string) => health({ url }).catch((error: Error) => error);

describe("a call to OpenSearch", () => {
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
  ])("that is refused with %d and %j reports why", async (status, text, message) => {
    const url = await answering((_request, response) => response.writeHead(status).end(text));
    const error = await failure(url);
    expect(error).toBeInstanceOf(OpenSearchRefusal);
    expect(error).toMatchObject({ status, message: `OpenSearch at ${url} ${message}` });
  });

  it("without a complete response reports that", async () => {
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

describe("a call over TLS", () => {
  const { authority, foreign, server, expired } = testCertificates();
  const urlOf = async ({ key, certificate }: KeyPair) => {
    const listener: RequestListener = (_request, response) => response.end('{"status":"green"}');
    return `https://127.0.0.1:${await portOf(createTlsServer({ key, cert: certificate }, listener))}`;
  };

  it("trusts only the given authority", async () => {
    const url = await urlOf(server);
    expect(await health({ url, ca: authority.ca })).toEqual({ status: "green" });
    for (const connection of [{ url }, { url, ca: foreign.ca }]) {
      const error = await health(connection).catch((reason: Error) => reason);
      // A refresh assumes that an unreachable cluster is unchanged; an untrusted one is an error.
      expect(error).toBeInstanceOf(OpenSearchUntrusted);
      expect(error).toMatchObject({
        message: `OpenSearch at ${url} presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to`,
      });
    }
  });

  it("names the day on which a certificate expired", async () => {
    const url = await urlOf(expired);
    await expect(health({ url, ca: authority.ca })).rejects.toThrow(
      `the certificate of OpenSearch at ${url} has expired on ${EXPIRED_ON.toISOString().slice(0, 10)}: `,
    );
  });

  it("names the authority if its certificate has expired and the server's has not", async () => {
    const former = new TestAuthority("Former CA", EXPIRED_ON);
    const url = await urlOf(former.server());
    await expect(health({ url, ca: former.ca })).rejects.toThrow(
      `a certificate authority of OpenSearch at ${url} has expired: renew its certificate, and give the new one`,
    );
  });
});
