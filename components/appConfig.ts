import * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../clients/kafka/client.ts";
import type { AppConfig } from "./contract.ts";

/** An app's config; secret if the connection or an option is. */
export function appConfig(
  kafka: pulumi.Output<KafkaConnection>,
  options: pulumi.Input<pulumi.Inputs>,
): pulumi.Output<AppConfig> {
  return pulumi.all([kafka, pulumi.output(options)]).apply(
    ([connection, values]): AppConfig => ({
      kafka: connection as KafkaConnection,
      options: values,
    }),
  );
}
