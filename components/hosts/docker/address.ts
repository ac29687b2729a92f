import { type NamedEngine, namedEngine } from "../../../clients/docker/context.ts";

/**
 * The Docker engine of a stack.
 *
 * @param host the setting docker.host; if it is empty, the engine that the docker command would use
 */
export const engineOf = (host: string): NamedEngine => namedEngine(host);

/** Whether containers publish their ports on another machine. */
export const isRemote = (address: string): boolean =>
  !address.startsWith("unix:") && !/^tcp:\/\/(127\.0\.0\.1|localhost)\b/.test(address);

const LABEL = "streaming.stack";

/** The label of every container of a stack, in the form of the engine's filters. */
export const stackLabel = (stack: string): string => `${LABEL}=${stack}`;

/** The same in the provider's form. */
export const labelsOf = (stack: string) => [{ label: LABEL, value: stack }];
