import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps `pulumi destroy` from taking a protected stack down in part. The engine deletes what nothing depends on
 * first, and finds out that a resource is protected when its turn comes: without this, every deployment and every
 * user would be gone by then. This depends on everything, so its turn comes first, and it is protected.
 *
 * @example
 * new Protection("protection", true, [kafka, postgres, detection]);
 */
export class Protection extends pulumi.ComponentResource {
  /** @param protect false lets go: what is protected can only be removed after it was there without protection */
  constructor(name: string, protect: boolean, everything: readonly unknown[]) {
    const dependsOn = everything.filter((resource) => pulumi.Resource.isInstance(resource));
    super("streaming:aiven:Protection", name, {}, { protect, dependsOn });
    this.registerOutputs();
  }
}
