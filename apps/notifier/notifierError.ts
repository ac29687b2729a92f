import { UserError } from "../../lib/userError.ts";

/** Something the user can fix; the message says how. */
export class NotifierError extends UserError {
  override readonly name: string = "NotifierError";
}
