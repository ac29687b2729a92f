/** Something that the user can mend. The message says what is wrong and what to do; it is shown without a stack. */
export class UserError extends Error {}

/** A service does not answer at its address. */
export class ServiceUnreachable extends UserError {}
