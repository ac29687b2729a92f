import { resolve } from "node:path";

/** The absolute path of the project's folder. */
export const projectDirectory = resolve(import.meta.dirname, "..");
