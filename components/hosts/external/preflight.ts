import { openSearchProblems } from "../../adopted/openSearchProblems.ts";
import { postgresProblems } from "../../adopted/postgresProblems.ts";
import { madeByOf, namesOf, schemaOf } from "../../names.ts";
import { plannedOf } from "../../planned.ts";
import type { HostContext, Known } from "../host.ts";
import { refuseProblems } from "../refuseProblems.ts";
import { connectionsOf } from "./connections.ts";
import { kafkaProblems } from "./kafkaProblems.ts";
import { topicsOf } from "./services.ts";
import type { definitions } from "./settings.ts";

/**
 * Asks the services whether they can take the stack, before anything is created: whether they let it in, and hold
 * nothing of anyone else under the names that it uses. Changes nothing.
 *
 * @throws SettingsError with every problem, pulumi.RunError if the only one is that a service does not answer
 */
export async function checkServices(context: HostContext<typeof definitions>, known?: Known): Promise<void> {
  const { settings, parts, stack } = context;
  const { kafka, postgres, openSearch } = await connectionsOf(context);
  const isHere = (service: (typeof parts)[number]) => parts.includes(service);
  const { tables, indexes, ...topics } = plannedOf(settings, namesOf(settings, stack, isHere));
  const madeBy = madeByOf(stack);
  const resources = await known?.();
  await refuseProblems([
    kafka && kafkaProblems(kafka, { ...topics, defaults: topicsOf(settings) }, resources),
    postgres && postgresProblems(postgres, { schema: schemaOf(settings, stack), tables, madeBy }),
    openSearch && openSearchProblems(openSearch, indexes, madeBy),
  ]);
}
