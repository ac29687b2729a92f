import { expect, inject, it } from "vitest";
import { SqlSession } from "../../clients/flink/sqlGateway.ts";
import { hostsOf, settingsOf } from "../unit/aiven/settings.ts";

const { gatewayUrl, webUrl } = inject("services").flink;

it("a real Flink 1.20 is found fit before an up, by both of its addresses", async () => {
  const urls = { "flink.gatewayUrl": gatewayUrl, "flink.webUrl": webUrl };
  const { used } = hostsOf(settingsOf({ "flink.runsOn": "gateway", ...urls }), "demo");
  const gateway = used.find(({ host }) => host.name === "gateway");
  expect(gateway?.host.preflight).toBeDefined();
  await gateway?.host.preflight?.(gateway.context);
});

it("a session of the SQL Gateway has the gateway's configuration, and its own settings on top", async () => {
  const key = "execution.checkpointing.interval";
  const configured = await SqlSession.with(gatewayUrl, {}, (session) => session.config());
  expect(configured[key]).toMatch(/^[1-9]\d* *m?s$/);
  const own = await SqlSession.with(gatewayUrl, { [key]: "0 ms" }, (session) => session.config());
  expect(own[key]).toBe("0 ms");
});
