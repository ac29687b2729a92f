import { expect, it } from "vitest";
import { call, done, refusal, SERVICES, useStandIn } from "./standInCalls.ts";

const DATADOG = { id: "e1", name: "our-datadog", type: "datadog" };
useStandIn({ services: SERVICES, endpoints: [DATADOG] });
const integrate = (type: string, dest_endpoint_id: string) =>
  call("POST", "/integration", { integration_type: type, source_service: "kafka", dest_endpoint_id });

it("an endpoint takes integrations of its own type, one per service", async () => {
  expect(await done("GET", "/integration_endpoint")).toMatchObject({
    service_integration_endpoints: [{ endpoint_id: "e1", endpoint_type: "datadog" }],
  });
  expect(await integrate("prometheus", "e1")).toEqual(refusal(400, /Endpoint of type datadog takes no/));
  expect(await integrate("datadog", "e2")).toEqual(refusal(404, /Integration endpoint e2 does not exist/));
  expect(await integrate("datadog", "e1")).toMatchObject({
    body: { service_integration: { source_service: "kafka", dest_endpoint_id: "e1" } },
  });
  expect(await integrate("datadog", "e1")).toEqual(refusal(409, /already exists/));
  await done("DELETE", "/service/kafka");
  expect(await done("GET", "/service/pg/integration")).toEqual({ service_integrations: [] });
});

it("a service sends its metrics and logs to services that accept them", async () => {
  const body = (integration_type: string, dest_service: string) => ({
    integration_type,
    source_service: "kafka",
    dest_service,
  });
  await done("POST", "/integration", body("metrics", "pg"));
  await done("POST", "/integration", body("logs", "search"));
  expect(await call("POST", "/integration", body("logs", "pg"))).toEqual(
    refusal(400, "Service pg is not of type opensearch"),
  );
});
