import { MustBeFixed } from "../../lib/userError.ts";

/** Something that somebody has to fix before the notifier can work; the message says how. */
export class NotifierError extends MustBeFixed {
  override readonly name: string = "NotifierError";
}
