import { type NamedEngine, namedEngine } from "../../../clients/docker/context.ts";
import type { Settings } from "../../settings.ts";

/** The Docker engine of a stack: by its setting, else the one that the docker command would use. */
export const engineOf = (settings: Settings): NamedEngine => namedEngine(settings["docker.host"]);

/** Where it is. */
export const engineAddress = (settings: Settings): string => engineOf(settings).address;

/** Whether the ports that containers publish are those of another machine. */
export const isRemote = (address: string): boolean =>
  !address.startsWith("unix:") && !/^tcp:\/\/(127\.0\.0\.1|localhost)\b/.test(address);

const LABEL = "streaming.stack";

/** What every container of a stack is labelled with, as the engine takes it for a filter. */
export const stackLabel = (stack: string): string => `${LABEL}=${stack}`;

/** The same as the provider takes it. */
export const labelsOf = (stack: string) => [{ label: LABEL, value: stack }];
