import { nameOf, type StateResource } from "../../stateResources.ts";

/** A process on this machine. */
export const isServer = ({ type }: StateResource) => type === "streaming:process:Server";

/** Whether the stack runs its notifier on this machine. */
export const hasNotifier = (resources: readonly StateResource[]) =>
  resources.some((resource) => isServer(resource) && nameOf(resource) === "notifier-process");
