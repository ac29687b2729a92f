import type { StateResource } from "../../stateResources.ts";

/** The engine, as Pulumi's provider reaches it. */
export const isEngine = ({ type }: StateResource) => type === "pulumi:providers:docker";

/** A network of a Docker engine. */
export const isNetwork = ({ type }: StateResource) => type === "docker:index/network:Network";

/** A container on a Docker engine. */
export const isContainer = ({ type }: StateResource) => type === "docker:index/container:Container";
