import type { TLSSocket } from "node:tls";

/** Adds the date, which Node leaves out, to the error of an expired certificate. */
export function noteExpiry(socket: TLSSocket): void {
  // Before Node checks the certificate and drops it.
  socket.prependOnceListener("secure", () => {
    const { valid_to: expiredAt } = socket.getPeerCertificate();
    socket.prependOnceListener("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "CERT_HAS_EXPIRED") error.message += ` on ${expiredAt}`;
    });
  });
}
