import * as pulumi from "@pulumi/pulumi";
import { alertsOf } from "./components/alerts.ts";
import { AnomalyDetection } from "./components/anomalyDetection.ts";
import { checkConnectors } from "./components/connectors.ts";
import { thisMachine } from "./components/contract.ts";
import { Generator, generatorConfig } from "./components/generator.ts";
import { servicesOf } from "./components/hosts/services.ts";
import { StackHosts } from "./components/hosts/stackHosts.ts";
import { Notifier } from "./components/notifier.ts";
import { Page, pageConfig } from "./components/page.ts";
import { silenceTable, sourceTopic, thresholdTable } from "./components/pipelines.ts";
import { readSettings } from "./components/settings.ts";
import { sourceFormatOf } from "./components/source/sourceFormat.ts";
import { parseDuration } from "./lib/duration.ts";

/**
 * The whole system: settings, the services that it needs, the system itself, what runs beside it, and how to reach it.
 *
 * @param checked whether the hosts have already checked the settings
 */
export default async function streamingAnomalyDetection({ checked = false } = {}) {
  const config = pulumi.runtime.allConfig();
  const settings = readSettings(config, pulumi.getProject());
  checkConnectors(settings.pipelines, settings);
  const secret = async (key: string) => config[key] ?? config[`${pulumi.getProject()}:${key}`];
  const hosts = new StackHosts({ settings, stack: pulumi.getStack(), secret });
  if (!checked) await hosts.preflight();

  const services = await servicesOf(hosts);
  const { kafka, postgres, openSearch, flink, apps } = services;

  const alerts = alertsOf(settings);
  const { names } = hosts;
  const detection = new AnomalyDetection("cpu", {
    ...services,
    ...alerts,
    names,
    pipelines: settings.pipelines,
    sqlValues: settings,
    sourceFormat: settings,
    sourceExists: settings["source.existing"],
    delivery: settings["flink.delivery"],
    thresholds: settings.thresholds,
    forgetAfterMs: parseDuration(settings["learned.forgetAfter"]) ?? 0,
    replaceTables: settings.replaceTables,
  });

  const readings = {
    kafka,
    topic: names.topic(sourceTopic),
    rate: settings["generator.rate"],
    seed: settings["generator.seed"],
    backfillMinutes: settings["generator.backfillMinutes"],
    historyHours: settings["generator.historyHours"],
    anomaliesPerDay: settings["generator.anomaliesPerDay"],
  };
  const generator =
    apps.generator &&
    new Generator("generator", { ...readings, apps: apps.generator }, { dependsOn: detection.sourceTopic });

  const messages = {
    kafka,
    postgres,
    names,
    apps: apps.notifier,
    channel: settings["slack.channel"],
    interval: settings["slack.interval"],
    slackApiUrl: settings["slack.apiUrl"],
    slackToken: alerts.slackToken,
    webhook: alerts.webhook,
    stack: pulumi.getStack(),
  };
  const notifier = detection.alerts
    ? new Notifier("notifier", messages, { dependsOn: [...detection.alerts] })
    : undefined;

  const look = {
    ...services,
    names,
    sourceFormat: sourceFormatOf(settings),
    pipelines: settings.pipelines,
    results: detection.results,
    port: settings["page.port"],
    readOnly: settings["page.readOnly"],
    raiseAfter: settings["alerts.raiseAfter"],
    clearAfter: settings["alerts.clearAfter"],
    thresholdCacheMs: parseDuration(settings["flink.thresholdCache"]) ?? 0,
    generator: apps.generator !== undefined,
    notifier: notifier !== undefined && apps.notifier !== undefined,
  };
  const page =
    apps.page && new Page("page", { ...look, apps: apps.page }, { dependsOn: [...detection.places] });

  await hosts.finish([...Object.values(services), detection, generator, notifier, page]);

  return {
    ...(page && { pageUrl: page.url }),
    kafka: kafka.connection({ role: "operator", from: thisMachine }),
    postgres: postgres.connection({ role: "owner", from: thisMachine }),
    ...(openSearch && { openSearch: openSearch.connection({ role: "operator", from: thisMachine }) }),
    flink: flink.access,
    // Generated readings must not be written to a topic that others fill.
    ...(!settings["source.existing"] && { generator: generatorConfig(readings) }),
    ...(notifier && { notifier: notifier.config }),
    page: pageConfig(look),
    sourceTopic: names.topic(sourceTopic),
    sourceFormat: sourceFormatOf(settings),
    thresholdTable: names.table(thresholdTable),
    silenceTable: names.table(silenceTable),
    results: detection.results,
    ...(await hosts.outputs()),
  };
}
