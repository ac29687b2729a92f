import { isAlive } from "../../../provider/process/identity.ts";
import { TestStack } from "../../support/testStack.ts";
import { until } from "../../support/topics.ts";

/** What the oracle runs against, and how one of its servers is killed. */
interface Target {
  create(config: Record<string, unknown>): Promise<TestStack>;
  kill(stack: TestStack, name: string): Promise<void>;
}

const local: Target = {
  // Where clocks jump, unlike here: no server may depend on it.
  create: (config) => TestStack.create(config, { environment: { TZ: "America/New_York" } }),
  async kill(stack, name) {
    const server = stack.servers().find((candidate) => candidate.name === name);
    if (server === undefined) throw new Error(`there is no ${name}`);
    process.kill(server.pid, "SIGKILL");
    await until(() => !isAlive(server), `the end of ${name}`);
  },
};

/** Imported only if it is chosen: it looks for an engine. */
const ofDocker = () => import("../../support/dockerStack.ts");

const docker: Target = {
  async create(config) {
    const { dockerStack, whyNotDocker } = await ofDocker();
    if (whyNotDocker !== "") {
      throw new Error(`the oracle cannot run against the stack docker: ${whyNotDocker}`);
    }
    return dockerStack(config);
  },
  kill: async (stack, name) => (await ofDocker()).killContainer(stack, name),
};

/** The stack on this machine, unless `npm test -- --stack docker` says otherwise. */
export const target: Target = process.env.STREAMING_TEST_STACK === "docker" ? docker : local;
