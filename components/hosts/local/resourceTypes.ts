import { nameOf, type StateResource } from "../../stateResources.ts";

/** A process on this machine. */
export const isServer = ({ type }: StateResource) => type === "streaming:process:Server";

/** The notifier, if it runs on this machine. */
export const isNotifier = (resource: StateResource) =>
  isServer(resource) && nameOf(resource) === "notifier-process";
