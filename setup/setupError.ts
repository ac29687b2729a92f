import { UserError } from "../lib/userError.ts";

/** Something that the user can mend: the message says what failed and what to do. */
export class SetupError extends UserError {
  override readonly name = "SetupError";
}
