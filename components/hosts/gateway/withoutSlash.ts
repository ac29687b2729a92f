/** An address as paths are appended to it. */
export const withoutSlash = (url: string) => url.replace(/\/$/, "");
