import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { freePorts } from "../../support/ports.ts";

let aiven: AivenStandIn;
const client = new AivenClient("test-token");
beforeAll(async () => {
  const services = [{ name: "my-flink", type: "flink", plan: "business-4" } as const];
  aiven = await AivenStandIn.start({ services });
  vi.stubEnv("AIVEN_WEB_URL", aiven.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aiven.close();
});

const failure = (call: Promise<unknown>): Promise<AivenError> =>
  call.then(
    () => Promise.reject(new Error("it did not fail")),
    (error) => error,
  );

describe("Aiven's API", () => {
  it("lists projects, clouds, plans, prices and services", async () => {
    expect(await client.projects()).toEqual(["test-project"]);
    expect(await client.clouds("test-project")).toContain("google-europe-west1");
    const plans = await client.plans("test-project", "kafka");
    expect(plans.find(({ name }) => name === "startup-2")?.clouds).toContain("aws-eu-west-1");
    expect(await client.price("test-project", "pg", "startup-4", "aws-eu-west-1")).toBe(0.137);
    expect(await client.services("test-project")).toMatchObject([
      {
        name: "my-flink",
        type: "flink",
        state: "RUNNING",
        plan: "business-4",
        cloud: "google-europe-west1",
        nodes: 3,
      },
    ]);
  });

  it("gives the reason for a refusal", async () => {
    const error = await failure(client.clouds("other"));
    expect(error).toBeInstanceOf(AivenError);
    expect(error).toMatchObject({ status: 403, reason: "Not a project member", refusesToken: false });
    expect(error.message).toBe("Aiven refuses GET /v1/project/other/clouds (403): Not a project member");
  });

  it("shows whether the token is refused, for both of Aiven's statuses", async () => {
    expect(await failure(new AivenClient("wrong").projects())).toMatchObject({
      status: 401,
      refusesToken: true,
    });
    aiven.fail({ path: /project$/, status: 403, message: "Expired token" });
    expect(await failure(client.projects())).toMatchObject({ status: 403, refusesToken: true });
  });

  it("reports if nothing answers", async () => {
    aiven.fail({ path: /project$/, status: "drop" });
    expect(await failure(client.projects())).toMatchObject({ status: undefined, refusesToken: false });
    const [port] = await freePorts(1);
    vi.stubEnv("AIVEN_WEB_URL", `http://127.0.0.1:${port}`);
    expect((await failure(client.projects())).message).toBe(
      `Aiven's API at http://127.0.0.1:${port} does not answer: ECONNREFUSED. Check that this machine can reach it`,
    );
    vi.stubEnv("AIVEN_WEB_URL", aiven.url);
  });
});
