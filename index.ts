import * as pulumi from "@pulumi/pulumi";
import { aivenToken, checkAiven } from "./components/aiven/preflight.ts";
import { Protection } from "./components/aiven/protection.ts";
import { alertsOf } from "./components/alerts.ts";
import { AnomalyDetection } from "./components/anomalyDetection.ts";
import { Generator, generatorConfig } from "./components/generator.ts";
import { servicesOf, stackFolders } from "./components/hosts.ts";
import { LocalApps } from "./components/local/apps.ts";
import { runsHere } from "./components/local/needs.ts";
import { Notifier } from "./components/notifier.ts";
import { sourceTopic } from "./components/pipelines.ts";
import { usesAiven } from "./components/settings/aivenRules.ts";
import { readSettings } from "./components/settings.ts";

/**
 * The whole system: settings, the services under it, the system itself, what runs beside it, and how to reach it.
 *
 * @param checked whether Aiven has been asked already if it agrees to the settings
 */
export default async function streamingAnomalyDetection({ checked = false } = {}) {
  const config = pulumi.runtime.allConfig();
  const settings = readSettings(config, pulumi.getProject());
  const token = aivenToken(config);
  if (!checked) await checkAiven(settings, pulumi.getStack(), token);

  const folders = stackFolders(settings, pulumi.getStack());
  const services = servicesOf(settings, folders, token);
  const { kafka, postgres, openSearch, flink } = services;

  const alerts = alertsOf(settings);
  const detection = new AnomalyDetection("cpu", {
    ...services,
    ...alerts,
    pipelines: settings.pipelines,
    sqlValues: settings,
    thresholds: settings.thresholds,
  });

  const apps = new LocalApps(folders);
  if (settings["generator.enabled"]) {
    new Generator("generator", { settings, kafka, apps }, { dependsOn: detection.sourceTopic });
  }
  const notifier = detection.alerts
    ? new Notifier("notifier", { ...alerts, settings, kafka, apps }, { dependsOn: [...detection.alerts] })
    : undefined;

  if (usesAiven(settings)) {
    new Protection("protection", settings["aiven.protected"], [
      ...Object.values(services),
      detection,
      notifier,
    ]);
  }

  return {
    kafka: kafka.connectionFor("dashboard"),
    postgres: postgres.connectionFor("owner"),
    ...(openSearch && { openSearch: openSearch.connection }),
    flink: flink.access,
    generator: generatorConfig(settings, kafka),
    ...(notifier && { notifier: notifier.config }),
    sourceTopic,
    results: detection.results,
    ...(runsHere(settings) && { logs: folders.logs }),
  };
}
