import type { StateResource } from "../../stateResources.ts";

/** A service as Aiven's provider keeps it in the state. */
export interface ServiceOnAiven {
  readonly project: string;
  readonly serviceName: string;
}

/** A service that the stack has created on Aiven. */
export const isAivenService = ({ type }: StateResource) =>
  /^aiven:index\/\w+:(Kafka|Pg|OpenSearch|Flink)$/.test(type);

/** The project and service of a resource on Aiven, even if its creation was interrupted. */
export const placeOf = ({ inputs, outputs }: StateResource): ServiceOnAiven =>
  ({ ...inputs, ...outputs }) as unknown as ServiceOnAiven;

/** The services that resources are in, each once. */
export const placesOf = (resources: readonly StateResource[]): ServiceOnAiven[] => [
  ...new Map(resources.map(placeOf).map((place) => [placeKey(place), place])).values(),
];

/** Services of different projects may have the same name. */
export const placeKey = ({ project, serviceName }: ServiceOnAiven) => `${project}/${serviceName}`;

/** Its kind, such as `KafkaTopic`; empty if it is not on Aiven. */
export const kindOf = ({ type }: StateResource) => /^aiven:index\/\w+:(\w+)$/.exec(type)?.[1] ?? "";

/** https://aiven.io/docs/products/postgresql/reference/list-of-advanced-params: the database that every service has. */
export const DEFAULT_DATABASE = "defaultdb";

/** The name of a database of PostgreSQL on Aiven. */
export const databaseOf = (resource: StateResource) =>
  (placeOf(resource) as { readonly databaseName?: string }).databaseName;
