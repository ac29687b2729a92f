/**
 * A private key in PEM that has no password of its own. OpenSSL writes more into the same file: the attributes and
 * certificates of a PKCS #12 store, or the parameters of a curve.
 */
export const PRIVATE_KEY = /-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----(?!\s*Proc-Type:)[^-]+-----END \1-----/;

/** The key in a text, without what is around it. */
export const privateKeyIn = (text: string): string | undefined => PRIVATE_KEY.exec(text)?.[0];
