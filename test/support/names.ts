import { randomBytes } from "node:crypto";

/** A name that nothing else has, for what a test makes on a shared server: lower-case letters and digits. */
export const uniqueName = (prefix: string) => `${prefix}_${randomBytes(4).toString("hex")}`;

/** How a folder of a project, or of the cache, may be called. */
export const ODD_NAME = `streaming #1 50% &c=d+e;g|h "i" 'j' $k \`l\` (m) [n] {o} *p ~q ü 🙂 r!-`;
/** How a folder of data may be called in addition. */
export const ODDER_NAME = `${ODD_NAME}?:`;
