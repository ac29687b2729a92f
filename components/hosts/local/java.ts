import { createHash } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { usingArchive } from "../../../provider/process/classArchive.ts";
import type { ServerFile, ServerInputs } from "../../../provider/process/serverInputs.ts";
import { javaExecutable } from "../../../tools/prerequisites.mjs";
import { type JvmProgram, jvmArguments, LOGGING_FILE, logging } from "../../selfManaged/jvm.ts";

/** The files that every Java server needs besides its own. */
export const javaFiles: Record<string, ServerFile> = { [LOGGING_FILE]: { content: logging } };

/**
 * Reduces memory outside the heap: the class archive is used at the address where it was made, so that its pages stay
 * those of the file, and the C library's reserve is returned twice a minute. A JVM ignores options that it does not
 * know.
 */
const LITTLE_BESIDES = [
  "-XX:+IgnoreUnrecognizedVMOptions",
  "-XX:+UnlockDiagnosticVMOptions",
  "-XX:ArchiveRelocationMode=0",
  "-XX:TrimNativeHeapInterval=30000",
];

export interface JavaProgram extends JvmProgram {
  /** Folders of jars. */
  readonly jars: readonly [string, ...string[]];
}

/** The command that starts a Java server, and the class archive that shortens its start. */
export function javaServer(program: JavaProgram): Pick<ServerInputs, "command" | "classArchive"> {
  const archive = classArchive(program);
  return { command: javaCommand(program), ...(archive !== undefined && { classArchive: archive }) };
}

/**
 * The command of a program that is needed for a moment beside a server with the same jars. It loads classes from that
 * server's archive, once there is one.
 */
export function javaHelper(program: JavaProgram, server: JavaProgram): string[] {
  const [java = "", ...args] = javaCommand(program);
  const archive = classArchive(server);
  return archive === undefined ? [java, ...args] : [java, ...usingArchive(archive), ...args];
}

/** The command that runs a Java program, with little memory outside its heap. */
function javaCommand(program: JavaProgram): string[] {
  return [javaExecutable() ?? "java", ...LITTLE_BESIDES, ...jvmArguments(program, classPath(program))];
}

/**
 * The archive of the program's classes. It is next to the jars, because it suits only them and one Java: another Java
 * gets its own archive. A JVM compares paths literally, so jars behind a link get none.
 */
function classArchive(program: JavaProgram): string | undefined {
  if (program.jars.some((folder) => realPath(folder) !== folder)) return undefined;
  const java = realPath(javaExecutable() ?? "java");
  const key = createHash("sha256")
    .update([classPath(program), java, releaseOf(java)].join("\n"))
    .digest("hex")
    .slice(0, 12);
  return join(dirname(program.jars[0]), "classes", `${program.mainClass}-${key}.jsa`);
}

const classPath = ({ jars }: JavaProgram) => jars.map((folder) => join(folder, "*")).join(delimiter);

/** The versions of a JDK, from the release file that every JDK has; "" if there is none. */
function releaseOf(java: string): string {
  try {
    return readFileSync(join(dirname(java), "../release"), "utf8");
  } catch {
    return "";
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
