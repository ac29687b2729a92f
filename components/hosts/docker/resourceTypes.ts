import type { StateResource } from "../../stateResources.ts";

/** The engine, as Pulumi's provider reaches it. */
export const isEngine = ({ type }: StateResource) => type === "pulumi:providers:docker";

/** A network of a Docker engine. */
export const isNetwork = ({ type }: StateResource) => type === "docker:index/network:Network";

/** A volume of a Docker engine. */
export const isVolume = ({ type }: StateResource) => type === "docker:index/volume:Volume";

/** A container on a Docker engine. */
export const isContainer = ({ type }: StateResource) => type === "docker:index/container:Container";

/** What would stay on a Docker engine if the stack forgot it; images are there for every stack. */
export const isOnEngine = (resource: StateResource) =>
  isNetwork(resource) || isVolume(resource) || isContainer(resource);
