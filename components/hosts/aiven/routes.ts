import * as pulumi from "@pulumi/pulumi";
import type { Access, ServiceOptions } from "./serviceOptions.ts";

/**
 * Aiven's name for each route to a service.
 * Source: https://aiven.io/docs/platform/howto/public-access-in-vpc and use-aws-privatelinks
 */
export const ROUTES: Readonly<Record<Access, string>> = {
  default: "dynamic",
  public: "public",
  privatelink: "privatelink",
};

interface Addressed {
  readonly serviceHost: pulumi.Output<string>;
  readonly servicePort: pulumi.Output<number>;
  readonly components: pulumi.Output<readonly Component[]>;
}

interface Component {
  readonly component: string;
  readonly route: string;
  readonly usage: string;
  readonly host: string;
  readonly port: number;
}

/**
 * The address of a service that has one address per route.
 *
 * @param component Aiven's name for what they connect to
 */
export function addressOf(
  { serviceHost, servicePort, components }: Addressed,
  component: string,
  { access }: Pick<ServiceOptions, "access"> = { access: "default" },
): { readonly host: pulumi.Output<string>; readonly port: pulumi.Output<number> } {
  if (access === "default") return { host: serviceHost, port: servicePort };
  const found = components.apply((all) => {
    const own = all.find(
      (each) =>
        each.component === component &&
        each.route === ROUTES[access] &&
        (each.usage ?? "primary") === "primary",
    );
    if (own !== undefined) return own;
    return notYet<Component>(
      `the service ${component} on Aiven has no ${access} address yet; it has ${JSON.stringify(all)}`,
    );
  });
  return { host: found.host, port: found.port };
}

/**
 * What stands for a value that a service does not have: it is unknown in a preview, whose `up` changes the service
 * first.
 *
 * @throws pulumi.RunError with the problem in an `up`
 */
export function notYet<T>(problem: string): T {
  if (pulumi.runtime.isDryRun()) return pulumi.unknown as unknown as T;
  throw new pulumi.RunError(problem);
}
