import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../../apps/page/http/guard.ts";
import { buildPage, FakePage } from "../../support/page/fakePage.ts";
import { fakeWorld } from "../../support/page/fakeWorld.ts";

const HOST = "127.0.0.1:28080";
const check = (
  method: string,
  headers: { host?: string; origin?: string; site?: string },
  path = "/api/events",
) => problemOf(method, headers.host, headers.origin, headers.site, path);

describe("the page's guard", () => {
  it.each([HOST, "localhost:28080", "LOCALHOST:1234", "[::1]:28080", "127.0.0.1"])(
    "lets the host %s in",
    (host) => {
      expect(check("GET", { host })).toBe(undefined);
    },
  );

  it.each([
    undefined,
    "",
    "evil.example",
    "evil.example:28080",
    "127.0.0.1.evil.example",
    "localhost.evil.example:28080",
    "0.0.0.0:28080",
    "192.168.0.1:28080",
  ])("refuses the host %s: a foreign name that resolves here could read the page", (host) => {
    expect(check("GET", host === undefined ? {} : { host })).toContain("The page is at http://127.0.0.1");
  });

  it.each([
    "http://evil.example",
    "null",
    "https://127.0.0.1:28080",
    "http://127.0.0.1:3000",
    "http://localhost:28080",
  ])("refuses the origin %s, for reading and for writing", (origin) => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      expect(check(method, { host: HOST, origin })).toContain("may not send requests to this one");
    }
  });

  it("lets the page itself write, and nobody who does not identify their origin", () => {
    expect(check("PUT", { host: HOST, origin: `http://${HOST}` })).toBe(undefined);
    expect(check("PUT", { host: HOST })).toContain("can only be made from the page itself");
  });

  it("lets the page search behind a reverse proxy, whose address is another one", () => {
    expect(check("GET", { host: HOST, site: "same-origin" }, "/api/thresholds/search")).toBe(undefined);
  });

  it("lets links lead to the page, but not to its data", () => {
    expect(check("GET", { host: HOST, site: "cross-site" }, "/")).toBe(undefined);
    expect(check("GET", { host: HOST, site: "cross-site" })).toContain("Other sites");
    expect(check("GET", { host: HOST, site: "same-site" })).toContain("Other sites");
    expect(check("GET", { host: HOST, site: "same-origin" })).toBe(undefined);
  });
});

describe("the page's server", () => {
  let page: FakePage;
  beforeAll(async () => {
    await buildPage();
    page = await FakePage.serve(fakeWorld());
  });
  afterAll(() => page.stop());

  it("serves the page with a policy that allows only its own scripts", async () => {
    const answer = await fetch(page.url);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(answer.status).toBe(200);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style| on\w+=|style=/);
    expect(html.match(/(src|href)="(?!data:)([^"]+)"/g)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^src="\.\/assets\/[\w-]+\.js"$/)]),
    );
  });

  it("gives foreign origins and hosts nothing", async () => {
    const foreign = await fetch(`${page.url}/api/events`, { headers: { origin: "http://evil.example" } });
    expect([foreign.status, foreign.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    expect(await foreign.text()).not.toContain("dopey");
  });

  /** What the server answers to exactly this path; fetch would resolve the dots itself. */
  const statusOf = async (path: string) => {
    const request = get({ port: page.port, host: "127.0.0.1", path });
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    answer.resume();
    expect(request.path).toBe(path);
    return answer.statusCode;
  };

  it.each(["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "assets/../../", ".%2e/"])(
    "serves no file but the page's own, however a path leads out of their folder: /%s",
    async (out) => {
      // From the folder up to the root, and further.
      for (let levels = 1; levels <= 20; levels++)
        expect(await statusOf(`/${out.repeat(levels)}etc/passwd`)).not.toBe(200);
      expect(await statusOf("/index.html")).toBe(200);
    },
  );

  it("serves none of the files that begin with a dot", async () => {
    expect(await statusOf("/.installed-from")).toBe(404);
  });
});
