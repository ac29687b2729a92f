import { UserError } from "../../../lib/userError.ts";
import type { StateResource } from "../../stateResources.ts";
import type { HostContext, Repair } from "../host.ts";
import { plannedServices } from "./plannedServices.ts";
import { databaseOf, isAivenService, kindOf, placeOf } from "./resourceTypes.ts";
import { existingServices } from "./rules.ts";
import type { definitions } from "./settings.ts";

type Context = Pick<HostContext<typeof definitions>, "settings" | "parts" | "stack">;

const ROWS = "tables with their rows, thresholds that were changed by hand included";

/** What a service holds, by the kinds of resources that show that the stack has something in it. */
const CONTENTS: Readonly<Record<string, string>> = {
  Kafka: "topics with their records",
  KafkaTopic: "topics with their records",
  Pg: ROWS,
  PgUser: ROWS,
  OpenSearch: "indexes with their documents",
  OpensearchUser: "indexes with their documents",
};

/**
 * The services with data of the stack that the settings no longer name: an `up` deletes those that the stack has
 * created, and what it has created in others. The same goes for a database that it has created in an existing
 * PostgreSQL. Protected ones are left out, because the engine refuses to delete them.
 *
 * @returns a phrase for each service and database
 */
export function abandonedOnAiven(context: Context, resources: readonly StateResource[]): string[] {
  const services = abandonedServices(context, resources);
  const paths = services.map(({ path }) => path);
  return [
    ...services.map(({ phrase }) => phrase),
    // The phrase of a service stands for its databases, too.
    ...abandonedDatabases(context, resources)
      .filter(({ path }) => !paths.includes(path))
      .map(({ phrase }) => phrase),
  ];
}

interface Abandoned {
  /** Of the service. */
  readonly path: string;
  readonly phrase: string;
}

function abandonedServices(context: Context, resources: readonly StateResource[]): Abandoned[] {
  const { settings, parts } = context;
  const project = settings["aiven.project"];
  const created = plannedServices(context, undefined).map(({ name }) => `${project}/${name}`);
  const existing = existingServices(settings, parts).map(
    (each) => `${project}/${settings[`${each}.service`]}`,
  );
  const holders = resources.filter((resource) => kindOf(resource) in CONTENTS);
  return [...new Set(holders.map(pathOf))].flatMap((path) => {
    const own = holders.filter((resource) => pathOf(resource) === path);
    const isCreated = own.some(isAivenService);
    const isKept = (isCreated ? created : existing).includes(path);
    if (isKept || own.some(({ protect }) => protect === true)) return [];
    const contents = own.map((resource) => CONTENTS[kindOf(resource)])[0];
    return [
      {
        path,
        phrase: `${isCreated ? "" : "what the stack has created in "}the service ${path}: ${contents}`,
      },
    ];
  });
}

function abandonedDatabases({ settings, parts }: Context, resources: readonly StateResource[]): Abandoned[] {
  const kept = existingServices(settings, parts).includes("postgres")
    ? [settings["aiven.project"], settings["postgres.service"], settings["postgres.database"]].join("/")
    : undefined;
  return resources
    .filter((resource) => kindOf(resource) === "PgDatabase" && resource.protect !== true)
    .map((resource) => ({ path: pathOf(resource), name: databaseOf(resource) }))
    .filter(({ path, name }) => `${path}/${name}` !== kept)
    .map(({ path, name }) => ({ path, phrase: `the database ${name} in the service ${path}: ${ROWS}` }));
}

/** The project and the name of a resource's service. */
function pathOf(resource: StateResource): string {
  const { project, serviceName } = placeOf(resource);
  return `${project}/${serviceName}`;
}

/**
 * Asks before an `up` whose settings abandon services or databases with data.
 *
 * @throws UserError if the user does not agree, with what would be deleted
 */
export async function confirmDeletion(context: Context, { state, progress, confirm }: Repair): Promise<void> {
  const abandoned = abandonedOnAiven(context, state.resources);
  if (abandoned.length === 0) return;
  for (const each of abandoned) progress.note(`With these settings, up deletes ${each}.`);
  if (await confirm("Delete that data?")) return;
  throw new UserError(`With these settings, up deletes:

  ${abandoned.join("\n  ")}

Nothing has been changed. To keep the data, restore the settings that name them: aiven.project, aiven.prefix, <service>.runsOn, <service>.service, postgres.database or openSearch.enabled. To delete it:

  npm run up -- ${context.stack} --yes`);
}
