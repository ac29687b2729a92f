import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { Finding } from "../../lib/finding.ts";
import { during, type Progress } from "../../lib/progress.ts";
import type { Needs } from "../../setup/needs.ts";
import { type Names, namesOf } from "../names.ts";
import { type Service, type SharedSettings, services } from "../settings/shared.ts";
import type { StackState } from "../stateResources.ts";
import { type Assignment, assign, isAdopted, partsOf } from "./assignment.ts";
import type { Host, HostContext, Known, Part, Price, Repair, Run } from "./host.ts";
import { hosts } from "./registry.ts";

/** Whether a stack of that name needs no account anywhere. */
export const needsNoAccount = (stack: string) =>
  hosts.some((host: Host) => host.needsNoAccount && host.name === stack);

/** A stack, as passed to its hosts. */
export type StackContext = Omit<HostContext, "parts" | "settings"> & { readonly settings: SharedSettings };

/** A host that a stack uses, and the context to ask it with. */
export interface UsedHost {
  readonly host: Host;
  readonly context: HostContext;
}

/** Why an `up` would be refused. */
async function refusals(host: Host, preflight: () => Promise<void> | undefined): Promise<Finding[]> {
  if (host.preflight === undefined) return [];
  const name = `Asking ${host.title}`;
  try {
    await preflight();
    return [{ name, value: "nothing is in the way of an up" }];
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return [{ name, value: "an up would be refused", trouble: { problem, stops: true } }];
  }
}

/** The hosts that a stack uses. */
export class StackHosts {
  readonly used: readonly UsedHost[];
  private readonly assigned: Assignment;

  constructor(private readonly stack: StackContext) {
    this.assigned = assign(stack.settings, hosts);
    this.used = hosts.flatMap((host: Host) => {
      const context = this.contextOf(host);
      return context.parts.length === 0 ? [] : [{ host, context }];
    });
  }

  /** The host that runs a part of the stack; undefined if nobody here runs it. */
  runnerOf(part: Part): Host | undefined {
    return this.assigned.get(part);
  }

  /** The names that the stack uses in its services. */
  get names(): Names {
    const { settings, stack } = this.stack;
    return namesOf(settings, stack, (service) => this.adopts(service));
  }

  /** Whether a service existed before the stack. */
  adopts(service: Service): boolean {
    return isAdopted(service, this.stack.settings, this.assigned);
  }

  /**
   * Asks each host whether the stack is possible with its settings.
   *
   * @param progress shows which host is asked
   * @param known for callers that can see the state
   * @throws SettingsError, pulumi.RunError
   */
  async preflight(progress?: Progress, known?: Known): Promise<void> {
    for (const { host, context } of this.used) {
      if (host.preflight === undefined) continue;
      const ask = async () => host.preflight?.(context, known);
      await (progress ? during(progress.task(`Asking ${host.title} about the settings`), ask) : ask());
    }
  }

  /** What each host finds on this machine, and why an `up` would be refused. */
  async findings(): Promise<Finding[]> {
    const found = await Promise.all(hosts.map((host: Host) => host.findings?.(this.contextOf(host)) ?? []));
    const refused = await Promise.all(
      this.used.map(({ host, context }) => refusals(host, () => host.preflight?.(context))),
    );
    return [...found.flat(), ...refused.flat()];
  }

  /** How Kafka is reached before any `up`; undefined if the stack creates it, or its users. */
  async kafkaBefore(): Promise<KafkaConnection | undefined> {
    const runner = this.used.find(({ context }) => context.parts.includes("kafka"));
    return runner?.host.kafkaBefore?.(runner.context);
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
      page: needs.some((own) => own?.page),
      ...(needs.some((own) => own?.sasl) && { sasl: true }),
    };
  }

  /**
   * Checks that the engine's state fits what exists, and that nothing else is in the stack's way.
   *
   * @throws UserError, SettingsError
   */
  async checkState(run: Run): Promise<void> {
    for (const host of hosts as readonly Host[]) await host.checkState?.(this.contextOf(host), run);
  }

  /** Brings the engine's state up to date with what a crash left. */
  async recover(run: Run): Promise<void> {
    for (const { host, context } of this.used) await host.recover?.(context, run);
  }

  /**
   * Prepares an `up` for what was lost or has failed outside the engine.
   *
   * @returns URNs of the resources that the `up` has to replace
   * @throws UserError if the user does not agree to recreate what was lost, or to delete data
   */
  async repair(run: Repair): Promise<string[]> {
    const replace: string[] = [];
    for (const host of hosts as readonly Host[])
      replace.push(...((await host.repair?.(this.contextOf(host), run)) ?? []));
    return replace;
  }

  /**
   * Waits for what the engine does not wait for.
   *
   * @throws UserError with what does not run
   */
  async awaitRunning(run: Run, outputs: Readonly<Record<string, unknown>>): Promise<void> {
    for (const { host, context } of this.used) await host.awaitRunning?.(context, run, outputs);
  }

  /** Has each host create what depends on everything else. */
  async finish(everything: readonly unknown[]): Promise<void> {
    for (const { host, context } of this.used) await host.finish?.(context, everything);
  }

  /** Whether something of the stack exists that no state knows. */
  async hasLeftOver(): Promise<boolean> {
    const found = await Promise.all(
      hosts.map((host: Host) => host.hasLeftOver?.(this.stack as HostContext) ?? false),
    );
    return found.some(Boolean);
  }

  /**
   * Removes what is left of a stack whose resources are destroyed.
   *
   * @param former what the engine knew before
   * @returns whether there was something that its state did not know
   */
  async removeLeftOver(stack: Stack, former: StackState): Promise<boolean> {
    const found = await Promise.all(
      hosts.map((host: Host) => host.removeLeftOver?.(this.stack as HostContext, stack, former) ?? false),
    );
    return found.some(Boolean);
  }

  private contextOf(host: Host): HostContext {
    return { ...this.stack, parts: partsOf(this.assigned, host) } as HostContext;
  }

  /** The outputs that the hosts add to those of the stack. */
  async outputs(): Promise<Record<string, unknown>> {
    const own = await Promise.all(this.used.map(({ host, context }) => host.outputs?.(context)));
    return Object.assign({}, ...own);
  }
}
