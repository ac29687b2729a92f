import { randomBytes } from "node:crypto";

/** A unique name for something that a test creates on a shared server: lower-case letters and digits. */
export const uniqueName = (prefix: string) => `${prefix}_${randomBytes(4).toString("hex")}`;

/** A possible name for the folder of a project or of the cache. */
export const ODD_NAME = `streaming #1 50% &c=d+e;g|h "i" 'j' $k \`l\` (m) [n] {o} *p ~q ü 🙂 r!-`;
/** A name that is additionally possible for a data folder. */
export const ODDER_NAME = `${ODD_NAME}?:`;
