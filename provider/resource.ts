import type * as pulumi from "@pulumi/pulumi";

/** A resource's inputs as a program passes them: any part may still be pending. */
export type Args<Inputs> = { readonly [K in keyof Inputs]: DeepInput<Inputs[K]> };

type DeepInput<T> = pulumi.Input<T extends object ? { [K in keyof T]: DeepInput<T[K]> } : T>;

/** A problem with one input; the engine prints it as `property … has a problem: …`. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** What an `up` would do to an existing resource. */
export interface Difference {
  readonly changed: boolean;
  /** Properties that cannot change in place: the resource is deleted and created again. */
  readonly replaces?: string[];
  /** Whether the new resource can be created before the former one is deleted, because it has another name. */
  readonly createFirst?: boolean;
}

/**
 * One resource type. Values are in plain form: secrets are unwrapped before a call and wrapped again afterwards. Only
 * `check` ever sees an unknown value; the problems that it reports with such properties are dropped.
 *
 * @typeParam Inputs what the program asks for
 * @typeParam State the inputs as last applied, and additional findings
 */
export interface ResourceHandler<Inputs extends object, State extends Inputs> {
  /** Outputs that are always secret. */
  readonly secretOutputs?: readonly (keyof State & string)[];
  check(inputs: Inputs, former: Inputs | undefined): Problem[];
  /** May inspect the real resource: a dead one counts as a change, so that an `up` repairs it without a `refresh`. */
  diff(state: State, inputs: Inputs): Difference | Promise<Difference>;
  create(inputs: Inputs, name: string): Promise<{ id: string; state: State }>;
  /** The resource as it is now; undefined if it no longer exists. */
  read(id: string, state: State): Promise<State | undefined>;
  update(id: string, state: State, inputs: Inputs): Promise<State>;
  delete(id: string, state: State): Promise<void>;
}

/** Whether two values are the same JSON, regardless of the order of keys. */
export function same(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** The keys among `keys` whose values differ. */
export function changedKeys<T extends object>(
  keys: readonly (keyof T & string)[],
  left: T,
  right: T,
): string[] {
  return keys.filter((key) => !same(left[key], right[key]));
}

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item: unknown) =>
      item !== null && typeof item === "object" && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? "undefined"
  );
}
