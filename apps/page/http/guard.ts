import type { MiddlewareHandler } from "hono";

const OURS = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Refuses whatever does not come from the page itself. The page is reached only by a name of this machine: any other
 * name that leads here is an attempt to make a browser read the page as that site's own. A request to change something
 * has to come from the page's own address, because other pages can send requests too.
 */
export const guard: MiddlewareHandler = async (context, next) => {
  const problem = problemOf(
    context.req.method,
    context.req.header("host"),
    context.req.header("origin"),
    context.req.header("sec-fetch-site"),
    context.req.path,
  );
  if (problem !== undefined) return context.text(`${problem}\n`, 403);
  await next();
};

/** What is wrong with where a request comes from; undefined if nothing is. */
export function problemOf(
  method: string,
  host: string | undefined,
  origin: string | undefined,
  site: string | undefined,
  path: string,
): string | undefined {
  const name = host?.replace(/:\d{1,5}$/, "").toLowerCase();
  if (name === undefined || !OURS.includes(name)) {
    return `The page is at http://127.0.0.1 or http://localhost, not at ${JSON.stringify(host ?? "")}.`;
  }
  const isOwn = origin === `http://${host?.toLowerCase()}`;
  if (origin !== undefined && !isOwn)
    return `Pages of ${JSON.stringify(origin)} may not send requests to this one.`;
  const changes = method !== "GET" && method !== "HEAD";
  if (changes && !isOwn) return "Changes can only be made from the page itself.";
  // A link from elsewhere to the page is fine; reading its data from elsewhere is not.
  if (path.startsWith("/api/") && site !== undefined && site !== "same-origin" && site !== "none") {
    return "Other sites may not send requests to this page.";
  }
  return undefined;
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The browser runs only the page's own scripts, and shows it inside no other page. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header("Content-Security-Policy", POLICY);
  context.header("X-Content-Type-Options", "nosniff");
  context.header("Referrer-Policy", "no-referrer");
  context.header("Cross-Origin-Resource-Policy", "same-origin");
  context.header("Cross-Origin-Opener-Policy", "same-origin");
};
