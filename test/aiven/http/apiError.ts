/** A refusal in Aiven's wording: https://api.aiven.io/doc/#section/Responses/Failed-responses */
export class ApiError extends Error {
  /** @param status HTTP status, 4xx or 5xx */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  get body() {
    return errorBody(this.status, this.message);
  }
}

/** The JSON body of a failure response. */
export function errorBody(status: number, message: string) {
  return { message, errors: [{ message, status }] };
}
