import { UserError } from "../../lib/userError.ts";

/** Something the user can mend; the message says how. */
export class NotifierError extends UserError {
  override readonly name: string = "NotifierError";
}
