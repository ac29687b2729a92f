import { beforeAll, expect, it, vi } from "vitest";
import type { FlinkRuntime } from "../../../components/contract.ts";
import type { Host } from "../../../components/hosts/host.ts";
import { Password } from "../../../provider/sdk.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { stackFile } from "../../support/stackFile.ts";

// The line in the registry.
vi.mock("../../../components/hosts/registry.ts", async (original) => ({
  hosts: [...(await original<typeof import("../../../components/hosts/registry.ts")>()).hosts, attic],
}));
vi.mock("../../../setup/jars.ts", async (original) => ({
  ...(await original<typeof import("../../../setup/jars.ts")>()),
  missingJars: () => [],
}));

/** What its folder would contain: a Flink in the attic that runs each pipeline as a password. */
const { attic } = vi.hoisted(() => {
  const flink = async (floor: string): Promise<FlinkRuntime> => {
    const pulumi = await import("@pulumi/pulumi");
    return {
      hasReadingFormat: false,
      access: pulumi.output({ webUrl: `http://${floor}`, gatewayUrl: `http://${floor}` }),
      runPipeline: (name, _args, opts) => new Password(`${name}-${floor}`, opts),
    };
  };
  const attic: Host = {
    name: "attic",
    title: "the attic",
    runs: { flink: { attic: "a Flink in the attic" } },
    settings: {
      "attic.floor": {
        type: "string",
        default: "",
        description: "Floor",
        allowed: "a word",
        parse: (value) => (typeof value === "string" ? value : undefined),
      },
    },
    rules: (settings, parts) =>
      parts.includes("flink") && settings["attic.floor"] === "" ? ["attic.floor is empty"] : [],
    services: async ({ settings }) => {
      const runtime = await flink(String(settings["attic.floor"]));
      return { flink: () => runtime };
    },
    outputs: async ({ settings }) => ({ attic: { floor: settings["attic.floor"] } }),
    prices: async () => [{ service: "flink", perHour: 0, note: "is in the attic" }],
  };
  return { attic };
});

let graph: ResourceGraph;
const SETTINGS = { "flink.runsOn": "attic", "attic.floor": "third" };
beforeAll(async () => {
  graph = await ResourceGraph.of({ ...(await stackFile("local")), ...SETTINGS });
});

it("a host added as a line in the registry runs the pipelines of a stack that names it", () => {
  const jobs = graph.names("Password").filter((name) => name.endsWith("-third"));
  expect(jobs).toContain("cpu-filter-third");
  expect(graph.get("cpu-filter-third").dependsOn).toContain("cpu-thresholds");
  expect(graph.names("SqlJob")).toEqual([]);
});

it("a host added as a line in the registry adds outputs, settings and values of runsOn", async () => {
  expect(graph.outputs).toMatchObject({ attic: { floor: "third" } });
  const { definitions } = await import("../../../components/settings.ts");
  expect(definitions["flink.runsOn"]?.allowed).toBe(
    "local or docker or managed or existing or gateway or attic",
  );
  expect(definitions["flink.runsOn"]?.description).toContain("attic is a Flink in the attic");
});

it("a host added as a line in the registry has its rules checked and its prices listed", async () => {
  const { hostsOf, settingsOf } = await import("../aiven/settings.ts");
  expect(() => settingsOf({ "flink.runsOn": "attic" })).toThrow("attic.floor is empty");
  const prices = await hostsOf(settingsOf(SETTINGS), "test").prices();
  expect(prices.map(({ note }) => note)).toContain("is in the attic");
});
