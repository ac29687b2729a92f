import { resolve } from "node:path";

/**
 * The absolute path of a file that the user has named on the command line: relative to the folder where npm was called,
 * which npm leaves for the project's.
 */
export const givenPath = (file: string, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(env.INIT_CWD ?? process.cwd(), file);
