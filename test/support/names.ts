import { randomBytes } from "node:crypto";

/** A name that nothing else has, for what a test makes on a shared server: lower-case letters and digits. */
export const uniqueName = (prefix: string) => `${prefix}_${randomBytes(4).toString("hex")}`;
