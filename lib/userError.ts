/** An error that the user can fix. The message says what is wrong and what to do; it is shown without a stack. */
export class UserError extends Error {}

/** Retrying does not help until somebody has changed what the message says. */
export class MustBeFixed extends UserError {}

/** A command was called with arguments or options that it does not take. */
export class UsageError extends UserError {}

/** A service does not answer. */
export class ServiceUnreachable extends UserError {}
