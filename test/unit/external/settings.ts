/** Settings of a stack whose services all exist already, except Flink, which runs on this machine. */
export const EXTERNAL = {
  "kafka.runsOn": "external",
  "kafka.bootstrapServers": "kafka-1.example.org:9093, kafka-2.example.org:9093",
  "kafka.user": "streaming-user",
  "kafka.replicationFactor": 3,
  "kafka.minInsyncReplicas": 2,
  "postgres.runsOn": "external",
  "postgres.address": "db.example.org:6432",
  "postgres.database": "company",
  "postgres.user": "streaming-user",
  "openSearch.runsOn": "external",
  "openSearch.url": "https://search.example.org/path/",
  "openSearch.user": "streaming-user",
};

/** Its secrets, by name. */
export const SECRETS = {
  "kafka.password": "kafka-secret",
  "postgres.password": "postgres-secret",
  "openSearch.password": "openSearch-secret",
};
