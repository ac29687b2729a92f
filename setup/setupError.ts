import { UserError } from "../lib/userError.ts";

/** The setup failed. The message says what failed and what to do. */
export class SetupError extends UserError {
  override readonly name = "SetupError";
}
