/** An IPv6 address has brackets in a URL, but not for a socket. Anything else stays as it is. */
export const withoutBrackets = (host: string) => host.replace(/^\[(.*)\](?=$|\/)/, "$1");
