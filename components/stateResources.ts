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

/** All resources of a stack. */
export async function stateResources(stack: Stack): Promise<readonly StateResource[]> {
  const { deployment } = await stack.exportStack();
  return deployment.resources ?? [];
}

/** A resource that really exists, unlike a component, which only groups others. */
export const isPlaced = ({ custom, type }: StateResource) =>
  custom === true && !type.startsWith("pulumi:providers:");

export const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1) ?? urn;
