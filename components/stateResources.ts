import type { Stack } from "@pulumi/pulumi/automation/index.js";

/** A resource as the engine's state holds it; secrets in it are encrypted. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Its provider's id for it; absent for components and for what is not created yet. */
  readonly id?: string;
  /** Whether a provider manages it; a component only groups others. */
  readonly custom?: boolean;
  /** Whether the engine refuses to delete it. */
  readonly protect?: boolean;
  /** Whether another one has replaced it, and it is still to be deleted. */
  readonly delete?: boolean;
  /** Whether it has been deleted, and the one that replaces it is still to be created. */
  readonly pendingReplacement?: boolean;
  /** URN of the resource that it is removed with, without being deleted itself. */
  readonly deletedWith?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What an interrupted run had begun. */
export interface PendingOperation {
  /** E.g. `creating`. */
  readonly type: string;
  readonly resource: StateResource;
}

/** What the engine knows of a stack. */
export interface StackState {
  readonly resources: readonly StateResource[];
  /** Resources that an interrupted run had begun to create. */
  readonly begun: readonly StateResource[];
}

/** Asks the engine once, which takes a third of a second. */
export async function stackState(stack: Stack): Promise<StackState> {
  const { deployment } = await stack.exportStack();
  const pending: PendingOperation[] = deployment.pending_operations ?? [];
  const begun = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  return { resources: deployment.resources ?? [], begun };
}

/** All resources of a stack. */
export async function stateResources(stack: Stack): Promise<readonly StateResource[]> {
  return (await stackState(stack)).resources;
}

/** All resources of a stack, and those that an interrupted run had begun to create. */
export const knownResources = ({ resources, begun }: StackState): readonly StateResource[] => [
  ...resources,
  ...begun,
];

/** Whether a stack has nothing, not even something that an interrupted run had begun to create. */
export async function isEmpty(stack: Stack): Promise<boolean> {
  return !knownResources(await stackState(stack)).some(isPlaced);
}

/** A resource that really exists, unlike a component, which only groups others. */
export const isPlaced = ({ custom, type }: StateResource) =>
  custom === true && !type.startsWith("pulumi:providers:");

/**
 * Removes resources that no longer exist from a stack's state, so that the next `up` creates them again. Other
 * resources no longer depend on them. After an interrupted replacement, the state has the new resource and the former
 * one under the same URN: only the given one is removed.
 */
export async function forgetResources(stack: Stack, gone: readonly StateResource[]): Promise<void> {
  const state = await stack.exportStack();
  const entries = new Set(gone.map(entryOf));
  const all = (state.deployment.resources ?? []) as (StateResource & Dependencies)[];
  const left = all.filter((resource) => !entries.has(entryOf(resource)));
  // A former resource is after those that depend on its URN, which the engine does not accept.
  const there = new Set(left.filter((resource) => resource.delete !== true).map(({ urn }) => urn));
  const urns = new Set(gone.map(({ urn }) => urn).filter((urn) => !there.has(urn)));
  const resources = left.map((resource) => independent(resource, urns));
  await stack.importStack({ ...state, deployment: { ...state.deployment, resources } });
}

/** Tells resources with the same URN apart. */
const entryOf = ({ urn, id, delete: isFormer = false }: StateResource) => JSON.stringify([urn, id, isFormer]);

interface Dependencies {
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

function independent<T extends StateResource & Dependencies>(resource: T, urns: ReadonlySet<string>): T {
  const left = (all: readonly string[] | null = []) => (all ?? []).filter((urn) => !urns.has(urn));
  const { dependencies, propertyDependencies, deletedWith } = resource;
  const byProperty = Object.entries(propertyDependencies ?? {}).map(([key, all]) => [key, left(all)]);
  return {
    ...resource,
    ...(dependencies && { dependencies: left(dependencies) }),
    ...(propertyDependencies && { propertyDependencies: Object.fromEntries(byProperty) }),
    ...(deletedWith !== undefined && urns.has(deletedWith) && { deletedWith: undefined }),
  };
}

export const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1) ?? urn;
