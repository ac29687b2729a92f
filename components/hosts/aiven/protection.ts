import * as pulumi from "@pulumi/pulumi";

/**
 * Keeps `pulumi destroy` from partly tearing down a protected stack. The engine first deletes what nothing depends on,
 * and finds out that a resource is protected only when its turn comes: without this, every deployment and every user
 * would be gone by then. This resource depends on everything, so its turn comes first, and it is protected.
 *
 * @example
 * new Protection("protection", true, [kafka, postgres, detection]);
 */
export class Protection extends pulumi.ComponentResource {
  /** @param protect false releases it: a protected resource can only be removed after an `up` without protection */
  constructor(name: string, protect: boolean, everything: readonly unknown[]) {
    const dependsOn = everything.filter((resource) => pulumi.Resource.isInstance(resource));
    super("streaming:aiven:Protection", name, {}, { protect, dependsOn });
    this.registerOutputs();
  }
}
