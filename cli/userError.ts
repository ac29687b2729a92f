/** Something that the user can mend: printed as it is, without a stack trace. */
export class UserError extends Error {}

/** Errors of other modules that are meant for users, by the names of their classes. */
const FOR_USERS = [
  "SettingsError",
  "SetupError",
  "RunError",
  "GeneratorOptionsError",
  "DeliveryError",
  "NotifierError",
  "NotifierOptionsError",
  "AivenError",
  "DockerUnreachable",
  "DockerRefusal",
  "KafkaRefusal",
  "PostgresRefusal",
  "OpenSearchUnreachable",
  "OpenSearchUntrusted",
  "OpenSearchRefusal",
];

/** The text to print for an error: its message where that is meant for users, its stack otherwise. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const forUsers = error instanceof UserError || FOR_USERS.includes(error.constructor.name);
  return forUsers ? error.message : (error.stack ?? error.message);
}
