import type { StateResource } from "../../stateResources.ts";

/** A container on a Docker engine. */
export const isContainer = ({ type }: StateResource) => type === "docker:index/container:Container";
