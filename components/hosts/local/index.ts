import { join } from "node:path";
import { singleBrokerProblems } from "../../selfManaged/brokerRules.ts";
import { freeOfCharge } from "../freeOfCharge.ts";
import type { Host } from "../host.ts";
import { openSearchPortProblems, portsOf } from "./ports.ts";
import { isNotifier } from "./resourceTypes.ts";
import { definitions } from "./settings.ts";

const HERE = "this machine";

/** Processes on this machine. */
export const local: Host<typeof definitions> = {
  name: "local",
  title: HERE,
  runs: {
    kafka: { local: HERE },
    postgres: { local: HERE },
    openSearch: { local: HERE },
    flink: { local: HERE },
    notifier: { local: HERE },
  },
  settings: definitions,
  needsNoAccount: true,
  ports: portsOf,
  rules: (settings, parts) => [
    ...singleBrokerProblems(settings, parts, HERE),
    ...openSearchPortProblems(settings, parts),
  ],
  services: async (context) => (await import("./services.ts")).localServices(context),
  needs: async ({ parts }) => (await import("./needs.ts")).needsOf(parts),
  findings: async ({ settings, stack, parts }) => {
    const { portFindings } = await import("./portFindings.ts");
    const { stackFolders } = await import("./folders.ts");
    return portFindings(settings, parts, stackFolders(settings.directory, stack));
  },
  prices: async ({ parts }) => freeOfCharge(parts, `runs on ${HERE}`),
  checkState: async ({ settings, stack, parts }, { state }) => {
    const { refuseEarlierStack, refuseForeignFolder } = await import("./earlierStack.ts");
    const { stackFolders } = await import("./folders.ts");
    const { refuseTakenPorts } = await import("./portFindings.ts");
    const folders = stackFolders(settings.directory, stack);
    refuseEarlierStack(stack, state, folders);
    if (parts.length > 0) refuseForeignFolder(stack, state, folders);
    await refuseTakenPorts(settings, parts, folders);
  },
  status: ({ stack, resources }) => [
    {
      title: "Servers",
      asks: HERE,
      describe: async () => (await import("./status.ts")).describeServers(stack, resources),
    },
  ],
  notifierFiles: ({ resources, outputs }) => {
    const notifier = resources.find(isNotifier)?.outputs as
      | { logFile: string; directory: string }
      | undefined;
    if (notifier === undefined || outputs === undefined) return undefined;
    return { log: notifier.logFile, status: join(notifier.directory, "status.json") };
  },
  hasLeftOver: async ({ settings, stack }) => {
    const { isNothing, leftOver } = await import("./earlierStack.ts");
    const { stackFolders } = await import("./folders.ts");
    return !isNothing(leftOver(stackFolders(settings.directory, stack)));
  },
  removeLeftOver: async ({ settings, stack: name }, stack, former) => {
    const { removeLeftOver } = await import("./earlierStack.ts");
    const { stackFolders } = await import("./folders.ts");
    return removeLeftOver(stackFolders(settings.directory, name), stack, former);
  },
  outputs: async ({ settings, stack }) => {
    const { stackFolders } = await import("./folders.ts");
    return { logs: stackFolders(settings.directory, stack).logs };
  },
};
