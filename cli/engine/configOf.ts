import type { StackSettings } from "@pulumi/pulumi/automation/index.js";

/**
 * The settings and secrets in a stack's file, as written there. `config:` without any, which is left after its only
 * entry has been removed, is null in YAML.
 */
export const configOf = ({ config }: StackSettings): Readonly<Record<string, unknown>> => config ?? {};
