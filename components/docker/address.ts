import type { Settings } from "../settings.ts";

/** The engine of this machine, unless something says otherwise. */
const DEFAULT = "unix:///var/run/docker.sock";

/** Where the Docker engine of a stack is: by its setting, else where the docker command would look. */
export const engineAddress = (settings: Settings): string =>
  settings["docker.host"] || process.env.DOCKER_HOST || DEFAULT;

/** Whether the ports that containers publish are those of another machine. */
export const isRemote = (address: string): boolean =>
  !address.startsWith("unix:") && !/^tcp:\/\/(127\.0\.0\.1|localhost)\b/.test(address);

const LABEL = "streaming.stack";

/** What every container of a stack is labelled with, as the engine takes it for a filter. */
export const stackLabel = (stack: string): string => `${LABEL}=${stack}`;

/** The same as the provider takes it. */
export const labelsOf = (stack: string) => [{ label: LABEL, value: stack }];
