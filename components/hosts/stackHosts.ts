import { during, type Progress } from "../../lib/progress.ts";
import type { Needs } from "../../setup/needs.ts";
import { type SharedSettings, services } from "../settings/shared.ts";
import { type Assignment, assign, partsOf } from "./assignment.ts";
import type { Host, HostContext, Part, Price } from "./host.ts";
import { hosts } from "./registry.ts";

/** What a stack is, as its hosts are asked about it. */
export type StackContext = Omit<HostContext, "parts" | "settings"> & { readonly settings: SharedSettings };

/** A host that a stack uses, and what it is asked with. */
export interface UsedHost {
  readonly host: Host;
  readonly context: HostContext;
}

/** The hosts that a stack uses. */
export class StackHosts {
  readonly used: readonly UsedHost[];
  private readonly assigned: Assignment;

  /** @param all every host, by the registry */
  constructor(stack: StackContext, all: readonly Host[] = hosts) {
    this.assigned = assign(stack.settings, all);
    this.used = all.flatMap((host) => {
      const parts = partsOf(this.assigned, host);
      return parts.length === 0 ? [] : [{ host, context: { ...stack, parts } as HostContext }];
    });
  }

  /** The host that runs a part of the stack; undefined if nobody here runs it. */
  runnerOf(part: Part): Host | undefined {
    return this.assigned.get(part);
  }

  /**
   * Asks each host whether the stack can be as its settings have it.
   *
   * @param progress shows who is asked
   * @throws SettingsError, pulumi.RunError
   */
  async preflight(progress?: Progress): Promise<void> {
    for (const { host, context } of this.used) {
      if (host.preflight === undefined) continue;
      const ask = async () => host.preflight?.(context);
      await (progress ? during(progress.task(`Asking ${host.title} about the settings`), ask) : ask());
    }
  }

  /** What each service costs, in the order in which the summary lists them. */
  async prices(): Promise<Price[]> {
    const prices = await Promise.all(this.used.map(({ host, context }) => host.prices?.(context) ?? []));
    return prices.flat().sort((a, b) => services.indexOf(a.service) - services.indexOf(b.service));
  }

  /** What has to be installed on this machine. */
  async needs(): Promise<Needs> {
    const needs = await Promise.all(this.used.map(({ host, context }) => host.needs?.(context)));
    return {
      jars: needs.flatMap((own) => own?.jars ?? []),
      postgres: needs.some((own) => own?.postgres),
      ...(needs.some((own) => own?.sasl) && { sasl: true }),
    };
  }

  /** Has each host create what depends on everything else. */
  async finish(everything: readonly unknown[]): Promise<void> {
    for (const { host, context } of this.used) await host.finish?.(context, everything);
  }

  /** The outputs that the hosts add to those of the stack. */
  async outputs(): Promise<Record<string, unknown>> {
    const own = await Promise.all(this.used.map(({ host, context }) => host.outputs?.(context)));
    return Object.assign({}, ...own);
  }
}
