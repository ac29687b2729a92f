import * as pulumi from "@pulumi/pulumi";
import { AnomalyDetection } from "./components/anomalyDetection.ts";
import { LocalGenerator } from "./components/local/generator.ts";
import { LocalNotifier } from "./components/local/notifier.ts";
import { localServices } from "./components/local/services.ts";
import { sourceTopic } from "./components/pipelines.ts";
import { readSettings } from "./components/settings.ts";
import { slackToken } from "./components/slackToken.ts";

/** The whole system: settings, the services under it, the system itself, and how to reach it. */
export default async function streamingAnomalyDetection() {
  const settings = readSettings(pulumi.runtime.allConfig(), pulumi.getProject());

  const { kafka, postgres, openSearch, flink, folders } = localServices(settings);

  const detection = new AnomalyDetection("cpu", {
    kafka,
    postgres,
    flink,
    openSearch,
    pipelines: settings.pipelines,
    sqlValues: settings,
    thresholds: settings.thresholds,
  });

  if (settings["generator.enabled"]) {
    new LocalGenerator("generator", { settings, folders, kafka }, { dependsOn: detection.sourceTopic });
  }

  const { notify, aggregate } = detection.outputs;
  if (settings["notifier.enabled"] && notify && aggregate) {
    new LocalNotifier(
      "notifier",
      { settings, folders, kafka, slackToken: slackToken() },
      { dependsOn: [notify, aggregate] },
    );
  }

  return {
    kafka: kafka.connection,
    postgres: postgres.connection,
    ...(openSearch && { openSearch: openSearch.connection }),
    flink: { webUrl: flink.webUrl, gatewayUrl: flink.gatewayUrl },
    sourceTopic,
    results: detection.results,
    logs: folders.logs,
  };
}
