import type { KafkaRole } from "../../contract.ts";
import { namesOf } from "../../names.ts";
import type { AivenSettings } from "./rules.ts";

/** The user that Flink's integrations connect to Kafka and PostgreSQL as. */
export const ADMIN_USER = "avnadmin";

/** Prefix of the names of a stack's users in existing services, such as `demo-`, because others have users there. */
export const userPrefix = (settings: AivenSettings, stack: string) =>
  namesOf(settings, stack, () => true)
    .group("")
    .replaceAll(".", "-");

/** @param generation of the users and their passwords, from 1 */
export const userName = (prefix: string, role: string, generation: number) =>
  generation === 1 ? `${prefix}${role}` : `${prefix}${role}-${generation}`;

/** What a role's user of Kafka is called. The operator's keeps its first name: another would make a different user. */
export const userTitle = (role: KafkaRole) => (role === "operator" ? "dashboard" : role);
