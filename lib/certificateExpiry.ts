import type { TLSSocket } from "node:tls";

/** Says in the error of an expired certificate what Node leaves out: since when, or that it is an authority's. */
export function noteExpiry(socket: TLSSocket): void {
  // Before Node checks the certificate and drops it.
  socket.prependOnceListener("secure", () => {
    const { valid_to: validTo } = socket.getPeerCertificate();
    socket.prependOnceListener("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "CERT_HAS_EXPIRED") return;
      // One in its chain has expired, not always the server's own.
      error.message += Date.parse(validTo) > Date.now() ? EXPIRED_AUTHORITY : ` on ${validTo}`;
    });
  });
}

/** The end of the error's message if the server's own certificate has not expired. */
export const EXPIRED_AUTHORITY = " (that of a certificate authority)";
