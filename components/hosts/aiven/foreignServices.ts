import { getFromAiven } from "../../../clients/aiven/api.ts";
import type { StateResource } from "../../stateResources.ts";
import { placeOf } from "./resourceTypes.ts";

const MINUTE_MS = 60_000;
/**
 * A service that is being created when the engine writes its state was begun earlier, but Aiven's provider gives up
 * after 20 minutes.
 * Source: defaultTimeout in https://github.com/aiven/terraform-provider-aiven/blob/main/internal/schemautil/service.go
 */
const BEFORE_MS = 30 * MINUTE_MS;
/** The engine writes its state before it begins; then the provider may ask Aiven for minutes. Clocks differ, too. */
const AFTER_MS = 15 * MINUTE_MS;

/** A service whose name an interrupted run was to create, but that seems to be another one. */
export interface ForeignService {
  readonly resource: StateResource;
  /** When it was created, as Aiven says it. */
  readonly createdAt: string;
}

/**
 * Whether a service is another one than an interrupted run has begun to create: somebody may have created one of the
 * same name since.
 *
 * @param writtenAt when the run last wrote the engine's state, ISO 8601
 * @returns undefined if the run can have created it
 * @throws AivenError if Aiven does not answer
 */
export async function foreignService(
  token: string,
  resource: StateResource,
  writtenAt: string,
): Promise<ForeignService | undefined> {
  const { project, serviceName } = placeOf(resource);
  const { service } = await getFromAiven<{ service: { create_time: string } }>(
    token,
    ...["project", project, "service", serviceName],
  );
  const createdAt = service.create_time;
  const afterMs = Date.parse(createdAt) - Date.parse(writtenAt);
  return -BEFORE_MS <= afterMs && afterMs <= AFTER_MS ? undefined : { resource, createdAt };
}

/** A sentence about each, and what to do. */
export function aboutForeign(
  foreign: readonly ForeignService[],
  { stack, writtenAt }: { readonly stack: string; readonly writtenAt: string },
): string {
  const sentences = foreign.map(({ resource, createdAt }) => {
    const { project, serviceName } = placeOf(resource);
    return `The service ${serviceName} of the Aiven project ${project} was created at ${createdAt}, but the run that was to create it was interrupted at about ${writtenAt}: it seems to be somebody else's, and stays as it is.`;
  });
  return `${sentences.join("\n")}\n\nTo create this stack's services under other names, set aiven.prefix in Pulumi.${stack}.yaml. If nobody needs what is there, delete it in Aiven's console. Then run the same command again.`;
}
