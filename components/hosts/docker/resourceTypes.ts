import type { StateResource } from "../../stateResources.ts";

/** What the types of all resources on a Docker engine begin with. */
export const DOCKER_TYPES = "docker:";

/** The engine, as Pulumi's provider reaches it. */
export const isEngine = ({ type }: StateResource) => type === "pulumi:providers:docker";

/** A network of a Docker engine. */
export const isNetwork = ({ type }: StateResource) => type === "docker:index/network:Network";

/** A container on a Docker engine. */
export const isContainer = ({ type }: StateResource) => type === "docker:index/container:Container";
