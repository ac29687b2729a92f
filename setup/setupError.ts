/** Something that the user can mend: the message says what failed and what to do, no stack is needed. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
