import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, credentials, Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseNotifierOptions } from "../../apps/notifier/options.ts";
import { SlackChannel } from "../../apps/notifier/slackChannel.ts";
import { WebhookChannel } from "../../apps/notifier/webhookChannel.ts";
import { AivenClient } from "../../clients/aiven/client.ts";
import { spareLoopback } from "../../lib/loopback.ts";
import { proxyOf } from "../../lib/proxies.ts";
import { downloadPulumi } from "../../setup/pulumiDownload.ts";
import { freePorts } from "../support/ports.ts";
import { alert, told } from "./notifier/alerts.ts";

/** A proxy that records its requests and responds to them itself: nothing leaves this machine. */
let proxy: Server;
let asked: string[];

beforeEach(async () => {
  asked = [];
  proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const name of ["http_proxy", "https_proxy"]) vi.stubEnv(name, address);
  for (const name of ["no_proxy", "NO_PROXY", "no_grpc_proxy"]) vi.stubEnv(name, undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  proxy.closeAllConnections();
  await once(proxy.close(), "close");
});

describe("a proxy of the environment", () => {
  it("is used for Aiven's API", async () => {
    vi.stubEnv("AIVEN_WEB_URL", "https://api.aiven.invalid");
    await expect(new AivenClient("token").authority("project")).rejects.toThrow("does not answer");
    expect(asked).toEqual(["CONNECT api.aiven.invalid:443"]);
  });

  it("is used for Slack", async () => {
    const options = parseNotifierOptions({
      alertsTopic: "a",
      slackApiUrl: "https://slack.invalid/api/",
    });
    await expect(new SlackChannel("xoxb-1", "#a", options).check()).rejects.toThrow();
    expect(asked).toEqual(["CONNECT slack.invalid:443"]);
  });

  it("is used for the webhook of alerts", async () => {
    const channel = new WebhookChannel("https://hook.invalid/", parseNotifierOptions({ alertsTopic: "a" }));
    await expect(channel.post([told(alert("raised", 0))])).rejects.toThrow();
    expect(asked).toEqual(["CONNECT hook.invalid:443"]);
  });

  it("is used for the download of the Pulumi CLI", async () => {
    const url = "https://get.pulumi.invalid/pulumi.tar.gz";
    await expect(downloadPulumi("/tmp", () => {}, url)).rejects.toThrow();
    expect(asked).toEqual(["CONNECT get.pulumi.invalid:443"]);
  });

  it("is named with its variable if it is none for HTTP, without its login", async () => {
    vi.stubEnv("https_proxy", undefined);
    vi.stubEnv("all_proxy", "socks5://me:s3cr@et@proxy:1080");
    vi.stubEnv("AIVEN_WEB_URL", "https://api.aiven.invalid");
    const problem =
      "all_proxy is socks5://(login)@proxy:1080; allowed is the address of an HTTP proxy, such as http://proxy:3128: set https_proxy to one, or add ";
    await expect(new AivenClient("token").authority("project")).rejects.toThrow(
      `${problem}api.aiven.invalid to no_proxy if it is reached directly`,
    );
    await expect(downloadPulumi("/tmp", () => {}, "https://get.pulumi.invalid/a.tar.gz")).rejects.toThrow(
      `${problem}get.pulumi.invalid to no_proxy`,
    );
    vi.stubEnv("no_proxy", "pulumi.invalid");
    expect(proxyOf(new URL("https://get.pulumi.invalid"))).toBeUndefined();
    vi.stubEnv("https_proxy", "http://a b");
    expect(() => proxyOf(new URL("https://a.invalid"))).toThrow("https_proxy is http://a b; allowed is");
  });

  it("is not used for this machine, neither by gRPC to the engine nor to Aiven's stand-in", async () => {
    spareLoopback();
    const server = new GrpcServer();
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + 5_000, (error) =>
        error === undefined || error === null ? resolve() : reject(error),
      ),
    );
    client.close();
    server.forceShutdown();
    const [nobody] = await freePorts(1);
    vi.stubEnv("AIVEN_WEB_URL", `http://127.0.0.1:${nobody}`);
    await expect(new AivenClient("token").authority("project")).rejects.toThrow("ECONNREFUSED");
    expect(asked).toEqual([]);
  });
});

describe("no_proxy", () => {
  it.each([
    ["example.com", true],
    [".example.com", true],
    ["*.example.com", true],
    ["other.org, api.example.com:443", true],
    ["api.example.com:8443", false],
    ["ample.com", false],
    ["*", true],
    ["", false],
  ])("%j: %j", (no_proxy, spared) => {
    const env = { HTTPS_PROXY: "proxy:3128", no_proxy };
    expect(proxyOf(new URL("https://api.example.com/v1"), env)).toBe(
      spared ? undefined : "http://proxy:3128",
    );
  });

  it.each([
    ["https://10.1.2.3", "10.0.0.0/8", true],
    ["https://11.1.2.3", "10.0.0.0/8", false],
    ["https://10.1.2.3", "10.1.2.3", true],
    ["https://10.1.2.3", "10.0.0.0/33", false],
    ["https://10.1.2.3", "10.0.0.0/", false],
    ["https://[fd00::1]:8443", "fd00::1", true],
    ["https://[fd00::1]", "fd00:0:0:0:0:0:0:1", true],
    ["https://[fd00::1]", "[fd00::1]", true],
    ["https://[fd00::1]:8443", "[fd00::1]:8443", true],
    ["https://[fd00::1]", "[fd00::1]:8443", false],
    ["https://[fd00::2]", "fd00::1", false],
    ["https://[fd00::2]", "fd00::/8", true],
    ["https://[2001:db8::2]", "fd00::/8, 10.0.0.0/8", false],
    ["https://a.example.com.", "example.com", true],
    ["https://a.example.com", ".Example.com.", true],
    ["https://10.example.com", "10.0.0.0/8", false],
  ])("%s with %j: %j", (url, no_proxy, spared) => {
    const proxy = proxyOf(new URL(url), { HTTPS_PROXY: "proxy:3128", no_proxy });
    expect(proxy === undefined).toBe(spared);
  });

  it("keeps the user's entries under both spellings", () => {
    const env: NodeJS.ProcessEnv = { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "intra.net, 10.0.0.1" };
    spareLoopback(env);
    const all = "intra.net,10.0.0.1,127.0.0.1,localhost,::1";
    expect(env).toMatchObject({ no_proxy: all, NO_PROXY: all, no_grpc_proxy: all });
  });

  it("stays unchanged if there is no proxy, or if none is ever used", () => {
    const without: NodeJS.ProcessEnv = { NO_PROXY: "intra.net" };
    spareLoopback(without);
    expect(without).toEqual({ NO_PROXY: "intra.net" });
    const never: NodeJS.ProcessEnv = { https_proxy: "http://proxy:3128", no_proxy: "*" };
    spareLoopback(never);
    expect(never).toMatchObject({ no_proxy: "*", NO_PROXY: "*" });
  });
});
