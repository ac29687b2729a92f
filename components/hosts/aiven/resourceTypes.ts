import type { StateResource } from "../../stateResources.ts";

/** A service as Aiven's provider keeps it in the state. */
export interface ServiceOnAiven {
  readonly project: string;
  readonly serviceName: string;
}

/** A service that the stack has created on Aiven. */
export const isAivenService = ({ type }: StateResource) =>
  /^aiven:index\/\w+:(Kafka|Pg|OpenSearch|Flink)$/.test(type);
