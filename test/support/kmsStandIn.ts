import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands in for AWS KMS, as far as Pulumi's secrets need it: it encrypts nothing and returns what it is given. */
export class KmsStandIn {
  /** The operations requested, e.g. `Encrypt`. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { Plaintext, CiphertextBlob } = JSON.parse(Buffer.concat(chunks).toString());
      this.asked.push(String(request.headers["x-amz-target"]).split(".").at(-1) ?? "");
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(Plaintext ? { CiphertextBlob: Plaintext } : { Plaintext: CiphertextBlob }));
    });
  }

  static async start(): Promise<KmsStandIn> {
    const kms = new KmsStandIn();
    kms.#server.listen(0, "127.0.0.1");
    await once(kms.#server, "listening");
    return kms;
  }

  /** Environment variables that send AWS's SDK here. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
