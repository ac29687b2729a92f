import type * as pulumi from "@pulumi/pulumi";

/** An existing service, by its name. Only what belongs to the stack is created in it. */
export interface ExistingService {
  readonly existing: string;
}

/** Options for resources in a service: they are deleted with the service, unless it stays. */
export type GoesWith = Pick<pulumi.CustomResourceOptions, "deletedWith">;
