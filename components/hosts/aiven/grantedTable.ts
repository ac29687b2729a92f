import * as pulumi from "@pulumi/pulumi";
import type { GrantInputs } from "../../../provider/postgres/grant.ts";
import type { Args } from "../../../provider/resource.ts";
import { Grant } from "../../../provider/sdk.ts";
import type { TableGrants } from "../../contract.ts";
import type { GoesWith } from "./existingService.ts";

export interface GrantedTableArgs {
  readonly create: (opts: pulumi.CustomResourceOptions) => pulumi.Resource;
  /** What users may do with the table, by their roles. */
  readonly grants: Readonly<Record<string, Args<GrantInputs>>>;
  readonly goesWith: GoesWith;
  readonly protection: { readonly protect: boolean };
}

/** A table of PostgreSQL on Aiven together with the rights to it: whatever depends on it waits for both. */
export class GrantedTable extends pulumi.ComponentResource {
  constructor(name: string, args: GrantedTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:aiven:Table", name, {}, opts);
    const options: pulumi.CustomResourceOptions = { parent: this, ...args.goesWith };
    const table = args.create({ ...options, ...args.protection });
    for (const [role, grant] of Object.entries(args.grants)) {
      new Grant(`${name}-${role}`, grant, { ...options, dependsOn: table });
    }
    this.registerOutputs();
  }
}

/**
 * The rights to a table for the users of roles.
 *
 * @param userOf undefined if the role connects as the owner
 */
export function grantsOf(
  grants: TableGrants,
  table: Pick<Args<GrantInputs>, "connection" | "table">,
  userOf: (role: keyof TableGrants) => pulumi.Input<string> | undefined,
): Record<string, Args<GrantInputs>> {
  const roles = Object.keys(grants) as (keyof TableGrants)[];
  return Object.fromEntries(
    roles.flatMap((name) => {
      const role = userOf(name);
      return role === undefined ? [] : [[name, { ...table, role, privileges: [...(grants[name] ?? [])] }]];
    }),
  );
}
