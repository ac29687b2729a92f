import * as pulumi from "@pulumi/pulumi";
import type { GrantInputs } from "../../../provider/postgres/grant.ts";
import type { Args } from "../../../provider/resource.ts";
import { Grant } from "../../../provider/sdk.ts";
import type { GoesWith } from "./existingService.ts";

export interface GrantedTableArgs {
  readonly create: (opts: pulumi.CustomResourceOptions) => pulumi.Resource;
  /** What Flink's user may do with the table; undefined if it needs no user. */
  readonly grant: Args<GrantInputs> | undefined;
  readonly goesWith: GoesWith;
  readonly protection: { readonly protect: boolean };
}

/** A table of PostgreSQL on Aiven together with the rights to it: who depends on it, waits for both. */
export class GrantedTable extends pulumi.ComponentResource {
  constructor(name: string, args: GrantedTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:aiven:Table", name, {}, opts);
    const options: pulumi.CustomResourceOptions = { parent: this, ...args.goesWith };
    const table = args.create({ ...options, ...args.protection });
    if (args.grant) new Grant(`${name}-flink`, args.grant, { ...options, dependsOn: table });
    this.registerOutputs();
  }
}
