/** An error of the operating system, e.g. `EACCES: permission denied, mkdir '/project/.stacks'`. */
interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
}

const NO_RIGHT =
  "Run the command as the user to whom that belongs, or let this user write there. STREAMING_CACHE=<folder> and the setting directory name other places.";
const NO_ROOM =
  "Make room there: npm run doctor shows how much a stack needs. STREAMING_CACHE=<folder> and the setting directory name other places.";
const TOO_MANY_FILES = "Raise the limit on open files (ulimit -n).";

/** For files and folders; a port or a process needs something else. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["EACCES", NO_RIGHT],
  ["EPERM", NO_RIGHT],
  ["EROFS", NO_RIGHT],
  ["ENOSPC", NO_ROOM],
  ["EDQUOT", NO_ROOM],
  ["EMFILE", TOO_MANY_FILES],
  ["ENFILE", TOO_MANY_FILES],
  ["EEXIST", "Move what is at that path away."],
  ["ENOTDIR", "A part of that path is a file: move it away, or use another path."],
]);

export const isSystemError = (error: Error): error is SystemError =>
  "code" in error && typeof error.code === "string" && "syscall" in error;

/** What the system refused, with the path or the address, and what to do if that is known. */
export function systemProblem({ message, code, syscall, path }: SystemError): string {
  const isAboutFile = path !== undefined || syscall === "write";
  const remedy = isAboutFile ? REMEDIES.get(code) : undefined;
  return remedy === undefined ? message : `${message}. ${remedy}`;
}
