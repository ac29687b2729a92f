/** Something the user can mend; the message says how. It needs no stack trace. */
export class NotifierError extends Error {
  override readonly name: string = "NotifierError";
}
