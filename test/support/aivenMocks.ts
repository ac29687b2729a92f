import * as pulumi from "@pulumi/pulumi";

/** The results of functions of Aiven's provider. */
export function called(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const answers: Record<string, object> = {
    "aiven:index/getFlink:getFlink": {},
  };
  return { ...inputs, ...answers[token] };
}

/** The outputs of Aiven's resources, by type. */
export function createdOnAiven({ name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, object> {
  const service = {
    serviceHost: `${inputs.serviceName}.example.org`,
    servicePort: 12345,
    serviceUsername: "avnadmin",
    servicePassword: pulumi.secret(`password of ${inputs.serviceName}`),
  };
  const user = {
    password: pulumi.secret(`password of ${name}`),
    accessCert: pulumi.secret(`certificate of ${name}`),
    accessKey: pulumi.secret(`key of ${name}`),
  };
  const address = { component: "kafka", route: "dynamic", host: "kafka.example.org" };
  const components = [
    { ...address, kafkaAuthenticationMethod: "certificate", port: 10001 },
    { ...address, kafkaAuthenticationMethod: "sasl", port: 10002 },
    { ...address, component: "kafka_rest", port: 10003 },
  ];
  const other = (route: string, port: number) => ({
    ...address,
    route,
    host: `${route}-kafka.example.org`,
    port,
  });
  const routes = [
    { ...other("public", 20002), kafkaAuthenticationMethod: "sasl" },
    { ...other("privatelink", 30002), kafkaAuthenticationMethod: "sasl" },
  ];
  const behind = (component: string) =>
    ["dynamic", "public", "privatelink"].map((route, index) => ({
      ...{ component, route, usage: "primary" },
      ...{ host: `${route}-${component}.example.org`, port: 10000 + index },
    }));
  return {
    "aiven:index/kafka:Kafka": { ...service, components: [...components, ...routes] },
    "aiven:index/pg:Pg": { ...service, components: behind("pg") },
    "aiven:index/openSearch:OpenSearch": { ...service, components: behind("opensearch") },
    "aiven:index/kafkaUser:KafkaUser": user,
    "aiven:index/pgUser:PgUser": user,
    "aiven:index/opensearchUser:OpensearchUser": user,
    "aiven:index/serviceIntegration:ServiceIntegration": { integrationId: `id of ${name}` },
    "aiven:index/flinkApplication:FlinkApplication": { applicationId: `id of ${name}` },
    "aiven:index/flinkApplicationVersion:FlinkApplicationVersion": { applicationVersionId: `id of ${name}` },
  };
}
