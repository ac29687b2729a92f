import { type NamedEngine, namedEngine } from "../../../clients/docker/context.ts";

/**
 * The Docker engine of a stack.
 *
 * @param host the setting docker.host; if it is empty, the engine that the docker command would use
 */
export const engineOf = (host: string): NamedEngine => namedEngine(host);

/** Whether the ports that containers publish are those of another machine. */
export const isRemote = (address: string): boolean =>
  !address.startsWith("unix:") && !/^tcp:\/\/(127\.0\.0\.1|localhost)\b/.test(address);

const LABEL = "streaming.stack";

/** What every container of a stack is labelled with, as the engine takes it for a filter. */
export const stackLabel = (stack: string): string => `${LABEL}=${stack}`;

/** The same as the provider takes it. */
export const labelsOf = (stack: string) => [{ label: LABEL, value: stack }];
