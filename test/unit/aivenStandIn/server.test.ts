import { describe, expect, it } from "vitest";
import { call, done, refusal, SERVICES, useStandIn } from "./standInCalls.ts";

const standIn = useStandIn();

describe("access", () => {
  it.each(["aivenv1 test-token", "Bearer test-token"])("is given to %s", async (authorization) => {
    expect(await call("GET", "/service", undefined, { authorization })).toMatchObject({ status: 200 });
  });

  it.each([[{}], [{ authorization: "aivenv1 other" }], [{ authorization: "test-token" }]])(
    "is refused with headers %j",
    async (headers) => {
      expect(await call("GET", "/service", undefined, headers)).toEqual(refusal(401, "Invalid token"));
    },
  );

  it("is refused to other projects", async () => {
    expect(await call("GET", "/v1/project/other/service")).toEqual(refusal(403, "Not a project member"));
  });
});

describe("requests", () => {
  it("are remembered with their answers", async () => {
    await call("PUT", "/service/pg/tags", { tags: { a: "b" } });
    await call("GET", "/service/none?include_secrets=true");
    const path = "/v1/project/test-project/service";
    expect(standIn().requests).toEqual([
      {
        method: "PUT",
        path: `${path}/pg/tags`,
        body: { tags: { a: "b" } },
        at: expect.any(Number),
        status: 200,
      },
      { method: "GET", path: `${path}/none`, body: undefined, at: expect.any(Number), status: 404 },
    ]);
  });

  it("to unknown routes are recorded", async () => {
    expect(await call("GET", "/service/pg/logs")).toMatchObject({ status: 404 });
    expect(standIn().unknownRoutes).toEqual(["GET /v1/project/test-project/service/pg/logs"]);
  });

  it("with fields that the API does not have are refused", async () => {
    expect(await call("PUT", "/service/pg", { colour: "red" })).toEqual(
      refusal(400, "Invalid input: Additional properties are not allowed ('colour' was unexpected)"),
    );
    expect(await call("POST", "/service/pg/user", {})).toEqual(
      refusal(400, "Invalid input: 'username' is a required property"),
    );
  });

  it("that are not JSON are refused", async () => {
    const response = await fetch(`${standIn().url}/v1/project/test-project/service`, {
      method: "POST",
      headers: { authorization: "aivenv1 test-token" },
      body: "{",
    });
    expect(response.status).toBe(400);
  });
});

describe("the project", () => {
  it("has a certificate authority, clouds and tags", async () => {
    expect(await done("GET", "/kms/ca")).toEqual({
      certificate: expect.stringContaining("-----BEGIN CERTIFICATE-----"),
    });
    expect(await done("GET", "/clouds")).toMatchObject({
      clouds: expect.arrayContaining([expect.objectContaining({ cloud_name: "google-europe-west1" })]),
    });
    await done("PUT", "/tags", { tags: { team: "a" } });
    expect(await done("GET", "")).toMatchObject({ project: { tags: { team: "a" } } });
  });

  it("lists its services", async () => {
    expect(await done("GET", "/service")).toMatchObject({
      services: SERVICES.map(({ name, type, plan }) => ({
        service_name: name,
        service_type: type,
        plan,
        state: "RUNNING",
      })),
    });
  });

  it("knows the plans and their prices", async () => {
    expect(await done("GET", "/service-types/kafka/plans/business-4")).toMatchObject({
      node_count: 3,
      disk_space_mb: 600 * 1024,
    });
    const { service_plans: plans } = await done<{ service_plans: { service_plan: string }[] }>(
      "GET",
      "/service-types/flink/plans",
    );
    const prices = plans.map(async ({ service_plan: plan }) => {
      const path = `/pricing/service-types/flink/plans/${plan}/clouds/aws-eu-west-1`;
      return Number((await done<{ base_price_usd: string }>("GET", path)).base_price_usd);
    });
    const usdPerHour = await Promise.all(prices);
    expect(usdPerHour).toEqual([...usdPerHour].sort((a, b) => a - b));
    expect(usdPerHour[0]).toBeGreaterThan(0);
  });

  it.each([
    "/service-types/kafka/plans/business-5",
    "/service-types/oracle/plans",
    "/pricing/service-types/kafka/plans/business-5/clouds/aws-eu-west-1",
    "/pricing/service-types/kafka/plans/business-4/clouds/moon",
  ])("has no %s", async (path) => expect(await call("GET", path)).toMatchObject({ status: 404 }));
});
