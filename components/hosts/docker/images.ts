/**
 * The images that stacks on Docker are made of, pinned here and nowhere else. Each is the default of a setting
 * `docker.<name>`, so that they can come from a private registry. Versions match tools/jars/pom.xml and package.json,
 * if those have the same thing.
 */
export const IMAGES = {
  kafkaImage: "apache/kafka:4.4.0",
  postgresImage: "postgres:18.4",
  // The last major version that Flink's connector is a client of.
  openSearchImage: "opensearchproject/opensearch:2.19.1",
  // What our own Flink image is built on, and with.
  flinkImage: "flink:1.20.3-scala_2.12-java17",
  mavenImage: "maven:3.9.11-eclipse-temurin-17",
  // What the image of the apps is built on.
  nodeImage: "node:20.19.5-slim",
} as const;
