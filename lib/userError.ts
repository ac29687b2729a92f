/** An error that the user can fix. The message says what is wrong and what to do; it is shown without a stack. */
export class UserError extends Error {}

/** A service does not answer. */
export class ServiceUnreachable extends UserError {}
