import type * as pulumi from "@pulumi/pulumi";

/** A service that exists already, by its name. Only what belongs to the stack is created in it. */
export interface ExistingService {
  readonly existing: string;
}

/** Options of what is in a service: it is deleted with the service, unless that stays. */
export type GoesWith = Pick<pulumi.CustomResourceOptions, "deletedWith">;
