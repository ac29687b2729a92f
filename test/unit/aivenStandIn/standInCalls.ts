import { afterEach, beforeEach, expect, vi } from "vitest";
import type { ServiceSeed, StandInOptions } from "../../aiven/options.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** One service of each type. */
export const SERVICES: readonly ServiceSeed[] = [
  { name: "kafka", type: "kafka", plan: "business-4" },
  { name: "pg", type: "pg", plan: "startup-4" },
  { name: "search", type: "opensearch", plan: "startup-4" },
  { name: "flink", type: "flink", plan: "business-4", userConfig: { number_of_task_slots: 1 } },
];

let standIn: AivenStandIn;

/** Starts a stand-in for each test of a file; the test controls its clock. */
export function useStandIn(options: StandInOptions = { services: SERVICES }): () => AivenStandIn {
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    standIn = await AivenStandIn.start({ rebuildMs: 1_000, deploymentMs: 1_000, ...options });
  });
  afterEach(async () => {
    vi.useRealTimers();
    // The other files of the process must not call a stand-in that is closed.
    vi.unstubAllEnvs();
    await standIn.close();
  });
  return () => standIn;
}

/** Calls the stand-in; a path without /v belongs to the project. */
export async function call<Body = unknown>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: "aivenv1 test-token" },
): Promise<Answer<Body>> {
  const url = standIn.url + (path.startsWith("/v") ? path : `/v1/project/test-project${path}`);
  const response = await fetch(url, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: response.status, body: (await response.json()) as Body };
}

/** The body of a response; the call must succeed. */
export async function done<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await call<Body>(method, path, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

/** A response in the form of Aiven's refusals. */
export function refusal(status: number, message: string | RegExp): Answer<unknown> {
  const words = typeof message === "string" ? message : expect.stringMatching(message);
  return { status, body: { message: words, errors: [{ message: words, status }] } };
}

/** Advances the stand-in's clock. */
export const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
