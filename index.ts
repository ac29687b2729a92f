import * as pulumi from "@pulumi/pulumi";
import { AnomalyDetection } from "./components/anomalyDetection.ts";
import { LocalGenerator } from "./components/local/generator.ts";
import { localServices } from "./components/local/services.ts";
import { sourceTopic } from "./components/pipelines.ts";
import { readSettings } from "./components/settings.ts";

/** The whole system: settings, the services under it, the system itself, and how to reach it. */
export default async function streamingAnomalyDetection() {
  const settings = readSettings(pulumi.runtime.allConfig(), pulumi.getProject());

  const { kafka, postgres, openSearch, flink, folders } = localServices(settings);

  const detection = new AnomalyDetection("cpu", {
    kafka,
    postgres,
    flink,
    pipelines: settings.pipelines,
    thresholds: settings.thresholds,
  });

  if (settings["generator.enabled"]) {
    new LocalGenerator("generator", { settings, folders, kafka }, { dependsOn: detection.sourceTopic });
  }

  return {
    kafka: kafka.connection,
    postgres: postgres.connection,
    ...(openSearch && { openSearch: openSearch.connection }),
    flink: { webUrl: flink.webUrl, gatewayUrl: flink.gatewayUrl },
    sourceTopic,
    outputTopics: detection.outputTopics,
    logs: folders.logs,
  };
}
