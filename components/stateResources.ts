import type { Stack } from "@pulumi/pulumi/automation/index.js";

/** A resource as the engine's state holds it; what is secret in it is encrypted. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Whether a provider manages it; a component only groups others. */
  readonly custom?: boolean;
  /** Whether the engine refuses to delete it. */
  readonly protect?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A service as Aiven's provider keeps it in the state. */
export interface ServiceOnAiven {
  readonly project: string;
  readonly serviceName: string;
}

/** All resources of a stack. */
export async function stateResources(stack: Stack): Promise<readonly StateResource[]> {
  const { deployment } = await stack.exportStack();
  return deployment.resources ?? [];
}

/** A process on this machine. */
export const isServer = ({ type }: StateResource) => type === "streaming:process:Server";

/** A container on a Docker engine. */
export const isContainer = ({ type }: StateResource) => type === "docker:index/container:Container";

/** A service that the stack has created on Aiven. */
export const isAivenService = ({ type }: StateResource) =>
  /^aiven:index\/\w+:(Kafka|Pg|OpenSearch|Flink)$/.test(type);

/** A resource that really exists, unlike a component, which only groups others. */
export const isPlaced = ({ custom, type }: StateResource) =>
  custom === true && !type.startsWith("pulumi:providers:");

export const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1) ?? urn;

/** Whether the stack runs its notifier on this machine. */
export const hasNotifier = (resources: readonly StateResource[]) =>
  resources.some((resource) => isServer(resource) && nameOf(resource) === "notifier-process");
