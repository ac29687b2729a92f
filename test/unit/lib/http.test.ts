import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { callHttp, excerpt, NoAnswer } from "../../../lib/http.ts";
import { freePorts } from "../../support/ports.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failure = (url: string, deadline = 30_000) =>
  callHttp(url, { deadline }).catch((error: unknown) => error);

describe("an HTTP call", () => {
  it("returns status and text whatever the status, and JSON if the text is JSON", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/page" ? 502 : 200);
      response.end(request.url === "/page" ? "<h1>Bad gateway</h1>" : '{"a":1}');
    });
    expect(await callHttp(url, { deadline: 30_000 })).toEqual({
      status: 200,
      isOk: true,
      headers: expect.objectContaining({ connection: expect.any(String) }),
      text: '{"a":1}',
      json: { a: 1 },
    });
    expect(await callHttp(`${url}/page`, { deadline: 30_000 })).toMatchObject({
      status: 502,
      isOk: false,
      text: "<h1>Bad gateway</h1>",
      json: undefined,
    });
  });

  it("follows a redirection", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/new") return void response.end("here");
      response.writeHead(302, { location: "/new" }).end();
    });
    expect(await callHttp(url, { deadline: 30_000 })).toMatchObject({ status: 200, text: "here" });
  });

  it("reports why there was no response", async () => {
    const [port] = await freePorts(1);
    const refused = await failure(`http://127.0.0.1:${port}`);
    expect(refused).toBeInstanceOf(NoAnswer);
    expect(refused).toMatchObject({ code: "ECONNREFUSED", reason: "ECONNREFUSED" });
    const broken = await serve((_request, response) => response.destroy());
    expect(await failure(broken)).toMatchObject({ reason: "ECONNRESET" });
    const silent = await serve(() => {});
    expect(await failure(silent, 100)).toMatchObject({ reason: "no answer within 0.1 s" });
    const endless = await serve((_request, response) => response.write("x"));
    expect(await failure(endless, 100)).toMatchObject({ reason: "no answer within 0.1 s" });
  });

  it.each(["server", "proxy"])(
    "observes its deadline while a %s accepts the connection and says nothing",
    async (who) => {
      const sockets: Socket[] = [];
      const silent = createTcpServer((socket) => sockets.push(socket));
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => {
        vi.unstubAllEnvs();
        for (const socket of sockets) socket.destroy();
        silent.close();
      });
      const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
      if (who === "proxy") vi.stubEnv("https_proxy", `http://${address}`);
      for (const name of ["no_proxy", "NO_PROXY"]) vi.stubEnv(name, undefined);
      const url = who === "proxy" ? "https://hooks.invalid/" : `https://${address}/`;
      const begun = performance.now();
      await expect(callHttp(url, { deadline: 200, byProxy: true })).rejects.toThrow("no answer within 0.2 s");
      // undici itself gives up after 10 s.
      expect(performance.now() - begun).toBeLessThan(8_000);
    },
  );
});

it("an excerpt of a page is its visible text, on one line", () => {
  expect(excerpt("<style>p{}</style>\n<p>Please&nbsp;sign\r\nin</p>")).toBe("Please sign in");
  expect(excerpt("x".repeat(200))).toBe(`${"x".repeat(120)} …`);
});
