import * as pulumi from "@pulumi/pulumi";
import { alertsOf } from "./components/alerts.ts";
import { AnomalyDetection } from "./components/anomalyDetection.ts";
import { checkConnectors } from "./components/connectors.ts";
import { Generator, generatorConfig } from "./components/generator.ts";
import { aivenToken, checkAiven } from "./components/hosts/aiven/preflight.ts";
import { Protection } from "./components/hosts/aiven/protection.ts";
import { engineAddress, stackLabel } from "./components/hosts/docker/address.ts";
import { checkDocker } from "./components/hosts/docker/preflight.ts";
import { runsHere } from "./components/hosts/local/needs.ts";
import { servicesOf, stackFolders } from "./components/hosts/services.ts";
import { Notifier } from "./components/notifier.ts";
import { sourceTopic } from "./components/pipelines.ts";
import { usesAiven } from "./components/settings/aivenRules.ts";
import { onDocker } from "./components/settings/dockerRules.ts";
import { readSettings } from "./components/settings.ts";

/**
 * The whole system: settings, the services under it, the system itself, what runs beside it, and how to reach it.
 *
 * @param checked whether Aiven and Docker have been asked already if they agree to the settings
 */
export default async function streamingAnomalyDetection({ checked = false } = {}) {
  const config = pulumi.runtime.allConfig();
  const settings = readSettings(config, pulumi.getProject());
  checkConnectors(settings.pipelines, settings);
  const token = aivenToken(config);
  if (!checked) {
    await checkAiven(settings, pulumi.getStack(), token);
    await checkDocker(settings, pulumi.getStack());
  }

  const folders = stackFolders(settings, pulumi.getStack());
  const services = servicesOf(settings, folders, token);
  const { kafka, postgres, openSearch, flink, apps } = services;

  const alerts = alertsOf(settings);
  const detection = new AnomalyDetection("cpu", {
    ...services,
    ...alerts,
    pipelines: settings.pipelines,
    sqlValues: settings,
    thresholds: settings.thresholds,
    replaceTables: settings.replaceTables,
  });

  if (settings["generator.enabled"]) {
    const { generator } = apps;
    new Generator("generator", { settings, kafka, apps: generator }, { dependsOn: detection.sourceTopic });
  }
  const notifierArgs = { ...alerts, settings, kafka, apps: apps.notifier };
  const notifier = detection.alerts
    ? new Notifier("notifier", notifierArgs, { dependsOn: [...detection.alerts] })
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
    ...(onDocker(settings).length > 0 && {
      docker: { engine: engineAddress(settings), label: stackLabel(pulumi.getStack()) },
    }),
    ...(runsHere(settings) && { logs: folders.logs }),
  };
}
