import type { TLSSocket } from "node:tls";

/** Lets the error of an expired certificate say when that was, which Node leaves out. */
export function noteExpiry(socket: TLSSocket): void {
  // Before Node itself looks at the certificate, and drops it.
  socket.prependOnceListener("secure", () => {
    const { valid_to: expiredAt } = socket.getPeerCertificate();
    socket.prependOnceListener("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "CERT_HAS_EXPIRED") error.message += ` on ${expiredAt}`;
    });
  });
}
