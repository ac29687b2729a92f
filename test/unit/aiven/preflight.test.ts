import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenPlan, AivenService } from "../../../clients/aiven/model.ts";
import { existingFlinkProblems } from "../../../components/hosts/aiven/existingFlink.ts";
import { aiven as host } from "../../../components/hosts/aiven/index.ts";
import type { AivenSettings } from "../../../components/hosts/aiven/rules.ts";
import { aivenToken } from "../../../components/hosts/aiven/token.ts";
import { SettingsError } from "../../../components/settings.ts";
import type { StateResource } from "../../../components/stateResources.ts";
import type { StandInOptions } from "../../aiven/options.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { freePorts } from "../../support/ports.ts";
import { ResourceGraph } from "../../support/resourceGraph.ts";
import { hostsOf, ON_AIVEN, settingsOf } from "./settings.ts";

const EXISTING = { ...ON_AIVEN, "flink.runsOn": "existing", "flink.service": "my-flink" };

let aiven: AivenStandIn;
async function standIn(options: StandInOptions = {}): Promise<void> {
  await aiven?.close();
  aiven = await AivenStandIn.start(options);
  vi.stubEnv("AIVEN_WEB_URL", aiven.url);
  vi.stubEnv("AIVEN_TOKEN", "test-token");
}
beforeEach(() => standIn());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function problemsOf(
  changes: Record<string, unknown>,
  token: string | undefined = "test-token",
  known?: readonly StateResource[],
  stack = "dev",
): Promise<readonly string[]> {
  try {
    await hostsOf(settingsOf({ ...ON_AIVEN, ...changes }), stack, token).preflight(
      undefined,
      known && (async () => known),
    );
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("before anything is created on Aiven", () => {
  it("settings that Aiven can fulfil are accepted", async () => {
    expect(await problemsOf({})).toEqual([]);
    expect(aiven.unknownRoutes).toEqual([]);
    expect(aiven.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  it("no request is made for a stack on this machine", async () => {
    await hostsOf(settingsOf({}), "local").preflight();
    expect(aiven.requests).toEqual([]);
  });

  it("all requests are made at once", async () => {
    for (const path of [/service$/, /clouds$/, /plans$/, /project$/]) {
      aiven.fail({ path, delayMs: 300, times: 9 });
    }
    await problemsOf({});
    expect(aiven.requests.length).toBeGreaterThan(4);
    expect(aiven.mostAtOnce).toBe(aiven.requests.length);
  });

  it("a missing token is requested, with how to get one", async () => {
    vi.stubEnv("AIVEN_TOKEN", "");
    const checked = hostsOf(settingsOf(ON_AIVEN), "dev").preflight();
    await expect(checked).rejects.toThrow(
      /there is no token for Aiven: get one in .*console.*export AIVEN_TOKEN=.*npm run secret -- aiven:apiToken/,
    );
  });

  it("the stack's token takes precedence over the environment's, as it does for Aiven's provider", async () => {
    const own: Record<string, string> = { "aiven:apiToken": "own" };
    expect(await aivenToken({ secret: async (key) => own[key] })).toBe("own");
    expect(await aivenToken({ secret: async () => undefined })).toBe("test-token");
  });

  it.each(["\n", "\r\n", " "])(
    "the environment's token may end in %j, for us and for Aiven's provider",
    async (end) => {
      vi.stubEnv("AIVEN_TOKEN", `test-token${end}`);
      expect(await problemsOf({}, "")).toEqual([]);
      expect(host.engineEnvironment).toEqual({ AIVEN_TOKEN: "test-token" });
    },
  );

  it("a token that cannot be one is refused before anything is sent", async () => {
    vi.stubEnv("AIVEN_TOKEN", "my token");
    expect(await problemsOf({}, "")).toEqual([
      expect.stringMatching(
        /^AIVEN_TOKEN is wrong\. That is not an Aiven token: it is empty or contains blanks\. To replace it, get one in/,
      ),
    ]);
    expect(await problemsOf({}, "an\nother")).toEqual([
      expect.stringMatching(/^aiven:apiToken is wrong\. That/),
    ]);
    expect(aiven.requests).toEqual([]);
  });

  it("a token that Aiven does not accept is the only problem reported", async () => {
    expect(await problemsOf({ "aiven.cloud": "aws-moon" }, "wrong")).toEqual([
      expect.stringMatching(/^Aiven does not accept the token \(401, Invalid token\): get one in/),
    ]);
  });

  it("a project that the token cannot see is named, with those that it can", async () => {
    expect(await problemsOf({ "aiven.project": "other" })).toEqual([
      "aiven.project is other, which does not exist or is not visible to this token (Not a project member); the token sees test-project",
    ]);
  });

  it("wrong clouds, plans and Flink services are all reported at once, with what is available", async () => {
    const wrong = { "aiven.cloud": "aws-moon-1", "kafka.plan": "huge", "postgres.plan": "startup-5" };
    expect(await problemsOf({ ...EXISTING, ...wrong })).toEqual([
      "aiven.cloud is aws-moon-1, which Aiven does not have; there are aws-eu-central-1, aws-eu-west-1, aws-us-east-1",
      expect.stringMatching(
        /^kafka\.plan is huge, .* type kafka; there are business-16, .*startup-2, startup-4$/,
      ),
      expect.stringMatching(/^postgres\.plan is startup-5, .* type pg; there are .*hobbyist/),
      "flink.service is my-flink, which does not exist; the project test-project has no Flink service",
    ]);
    expect(await problemsOf({ "flink.plan": "startup-4" })).toEqual([
      expect.stringMatching(
        /^flink\.plan is startup-4, .* type flink in the cloud google-europe-west1; there are b/,
      ),
    ]);
  });

  it("a service that is not a Flink service is reported, with the existing Flink services", async () => {
    const services = [
      { name: "my-flink", type: "pg", plan: "startup-4" },
      { name: "other-flink", type: "flink", plan: "business-4" },
    ] as const;
    await standIn({ services });
    expect(await problemsOf(EXISTING)).toEqual([
      "flink.service is my-flink, which is a service of type pg; the project test-project has the Flink services other-flink",
    ]);
  });

  it("a Flink service that is powered off is reported", async () => {
    await standIn({ services: [{ name: "my-flink", type: "flink", plan: "business-4" }] });
    aiven.state.service("my-flink").powered = false;
    expect(await problemsOf(EXISTING)).toEqual([
      "flink.service is my-flink, which does not run (it is POWEROFF): power it on in Aiven's console",
    ]);
  });

  it("task slots are counted on the nodes that the plan of Flink has, whatever flink.taskManagers says", async () => {
    expect(await problemsOf({ "flink.taskManagers": 5, "flink.taskSlots": 3 })).toEqual([
      "flink.taskSlots is 3, which makes 9 task slots on 3 TaskManagers (the nodes of flink.plan business-4), but 14 pipelines of flink.parallelism 1 need 14: set it to 5 or more, or run fewer pipelines",
    ]);
    expect(await problemsOf({ "flink.taskManagers": 5, "flink.taskSlots": 5 })).toEqual([]);
  });

  it("plans with one node are refused for a protected stack", async () => {
    const noMoreDisk = { diskStepGb: undefined, mostAdditionalDiskGb: undefined };
    const solo: AivenPlan = { name: "solo-4", clouds: ["google-europe-west1"], nodes: 1, ...noMoreDisk };
    vi.spyOn(AivenClient.prototype, "plans").mockResolvedValue([solo]);
    const changes = {
      "flink.runsOn": "local",
      "kafka.plan": "solo-4",
      "kafka.replicationFactor": 3,
      "kafka.minInsyncReplicas": 2,
      "postgres.plan": "solo-4",
      "openSearch.plan": "solo-4",
      "aiven.allowedNetworks": ["203.0.113.0/24"],
    };
    const replicas =
      "kafka.replicationFactor is 3, but kafka.plan solo-4 has only one node: choose a plan with 3 or more";
    const [kafka, ...others] = ["kafka", "postgres", "openSearch"].map(
      (service) =>
        `${service}.plan is solo-4, which has one node and no standby, but aiven.protected is true: choose a plan with more nodes, such as a business or premium plan`,
    );
    expect(await problemsOf({ ...changes, "aiven.protected": true })).toEqual([kafka, replicas, ...others]);
    expect(await problemsOf(changes)).toEqual([replicas]);
  });

  it("a plan of Kafka with fewer nodes than replicas is reported", async () => {
    expect(await problemsOf({ "kafka.plan": "startup-2", "kafka.replicationFactor": 3 })).toEqual([
      "kafka.replicationFactor is 3, but kafka.plan startup-2 has only 2 nodes: set it to 2, or choose a plan with 3 or more",
    ]);
    expect(await problemsOf({ "kafka.plan": "business-4", "kafka.replicationFactor": 3 })).toEqual([]);
  });

  it("an existing Flink service is judged by its own task slots only", async () => {
    const userConfig = { number_of_task_slots: 5 };
    await standIn({ services: [{ name: "my-flink", type: "flink", plan: "business-4", userConfig }] });
    expect(await problemsOf({ ...EXISTING, "flink.taskManagers": 1, "flink.taskSlots": 1 })).toEqual([]);
  });

  it("a Flink service with too few task slots is reported, with the number needed", async () => {
    const flink = (slots: number) => ({
      services: [
        {
          name: "my-flink",
          type: "flink",
          plan: "business-4",
          userConfig: { number_of_task_slots: slots },
        } as const,
      ],
    });
    await standIn(flink(2));
    expect(await problemsOf(EXISTING)).toEqual([
      expect.stringMatching(
        /^flink\.service is my-flink, which has 6 task slots .* 14 pipelines of flink\.parallelism 1 need 14: set .* to 5 or more/,
      ),
    ]);
    await standIn(flink(5));
    expect(await problemsOf(EXISTING)).toEqual([]);
  });

  it.each([
    [
      "1.19",
      [
        "flink.service is my-flink, whose Flink is version 1.19, but the pipelines need 1.20: use a service with Flink 1.20",
      ],
    ],
    ["1.16", [expect.stringMatching(/whose Flink is version 1\.16, but the pipelines need 1\.20/)]],
    ["1.20", []],
  ])("an existing Flink service of version %s is judged by it", async (version, problems) => {
    const userConfig = { number_of_task_slots: 5, flink_version: version };
    await standIn({ services: [{ name: "my-flink", type: "flink", plan: "business-4", userConfig }] });
    expect(await problemsOf(EXISTING)).toEqual(problems);
  });

  it("Flink's connector to Slack needs a task slot of an existing Flink service, too", () => {
    const settings = { ...settingsOf(EXISTING), "slack.via": "connector" } as AivenSettings;
    const service = { name: "my-flink", type: "flink", state: "RUNNING", nodes: 7 } as AivenService;
    const problems = (slots: number) =>
      existingFlinkProblems(settings, [{ ...service, userConfig: { number_of_task_slots: slots } }]);
    expect(problems(2)).toEqual([
      expect.stringMatching(/has 14 task slots .* 15 pipelines of flink\.parallelism 1 need 15/),
    ]);
    expect(problems(3)).toEqual([]);
  });

  it("a plan that is no longer sold is accepted for a service that has it", async () => {
    const tags = { "managed-by": "pulumi", stack: "dev" };
    await standIn({ services: [{ name: "dev-kafka", type: "kafka", plan: "startup-2", tags }] });
    aiven.state.service("dev-kafka").planName = "startup-1";
    expect(await problemsOf({ "kafka.plan": "startup-1" })).toEqual([]);
  });

  it("a name that another service has is reported, with the setting to change", async () => {
    await standIn({ services: [{ name: "dev-postgresql", type: "pg", plan: "startup-4" }] });
    const taken =
      "the service name dev-postgresql is taken in the project test-project, by a service of type pg: set aiven.prefix to another prefix for the names of this stack's services.";
    expect(await problemsOf({})).toEqual([taken]);
    expect(await problemsOf({}, "test-token", [])).toEqual([taken]);
    expect(await problemsOf({ "aiven.prefix": "other" })).toEqual([]);
  });

  it.each(["prod_eu", "Prod", "1st", "a".repeat(60)])(
    "a stack's name %s that no service can begin with is reported, with the setting to use",
    async (stack) => {
      expect(await problemsOf({ "flink.runsOn": "local" }, "test-token", [], stack)).toEqual([
        `aiven.prefix is empty, so the names of services begin with the stack's name, ${stack}, but Aiven does not accept ${stack}-kafka, ${stack}-postgresql, ${stack}-opensearch: set aiven.prefix to a letter, then up to 39 letters, digits and dashes, all in lower case`,
      ]);
      expect(await problemsOf({ "aiven.prefix": "prod-eu" }, "test-token", [], stack)).toEqual([]);
    },
  );

  it("a service is the stack's own if it is in the state or, without a state, if it has the stack's tags", async () => {
    const tags = { "managed-by": "pulumi", stack: "dev" };
    await standIn({ services: [{ name: "dev-postgresql", type: "pg", plan: "startup-4", tags }] });
    const own = {
      urn: "urn:pulumi:dev::project::aiven:index/pg:Pg::postgres-service",
      type: "aiven:index/pg:Pg",
      inputs: { project: "test-project", serviceName: "dev-postgresql" },
    };
    expect(await problemsOf({})).toEqual([]);
    expect(await problemsOf({}, "test-token", [own])).toEqual([]);
    expect(await problemsOf({}, "test-token", [])).toEqual([
      expect.stringMatching(/dev-postgresql is taken .* has the tags of a stack of this name, whose state/),
    ]);
  });

  it("an API that does not answer is reported as unreachable", async () => {
    const [port] = await freePorts(1);
    vi.stubEnv("AIVEN_WEB_URL", `http://127.0.0.1:${port}`);
    await expect(problemsOf({})).rejects.toThrow(
      `Aiven's API at http://127.0.0.1:${port} does not answer: ECONNREFUSED`,
    );
  });
});

describe("the program", () => {
  it("queries Aiven before it declares anything", async () => {
    await expect(ResourceGraph.of({ ...ON_AIVEN, "kafka.plan": "huge" }, "dev")).rejects.toThrow(
      "kafka.plan is huge",
    );
  });

  it("declares the services that are checked and priced", async () => {
    const graph = await ResourceGraph.of(ON_AIVEN, "dev");
    const declared = ["kafka", "postgres", "openSearch", "flink"].map((service) => {
      const { serviceName, plan, cloudName } = graph.get(`${service}-service`).inputs;
      return { name: serviceName, plan, cloud: cloudName };
    });
    const priced = await hostsOf(settingsOf(ON_AIVEN), "dev", "test-token").prices();
    expect(priced).toMatchObject(declared);
  });
});
