import * as pulumi from "@pulumi/pulumi";
import { aivenToken, checkAiven } from "./components/aiven/preflight.ts";
import { AnomalyDetection } from "./components/anomalyDetection.ts";
import { engineAddress, stackLabel } from "./components/docker/address.ts";
import { checkDocker } from "./components/docker/preflight.ts";
import { Generator, generatorConfig } from "./components/generator.ts";
import { servicesOf, stackFolders } from "./components/hosts.ts";
import { runsHere } from "./components/local/needs.ts";
import { Notifier } from "./components/notifier.ts";
import { sourceTopic } from "./components/pipelines.ts";
import { onDocker } from "./components/settings/dockerRules.ts";
import { slackToken } from "./components/settings/slackToken.ts";
import { readSettings } from "./components/settings.ts";

/**
 * The whole system: settings, the services under it, the system itself, what runs beside it, and how to reach it.
 *
 * @param checked whether Aiven and Docker have been asked already if they agree to the settings
 */
export default async function streamingAnomalyDetection({ checked = false } = {}) {
  const config = pulumi.runtime.allConfig();
  const settings = readSettings(config, pulumi.getProject());
  const token = aivenToken(config);
  if (!checked) {
    await checkAiven(settings, pulumi.getStack(), token);
    await checkDocker(settings, pulumi.getStack());
  }
  const folders = stackFolders(settings, pulumi.getStack());

  const { kafka, postgres, openSearch, flink, apps } = servicesOf(settings, folders, token);

  const slack = slackToken();
  const connector =
    settings["slack.via"] === "connector" && slack
      ? { channel: settings["slack.channel"], token: slack }
      : undefined;
  const hasNotifier = settings["notifier.enabled"] && connector === undefined;
  const detection = new AnomalyDetection("cpu", {
    kafka,
    postgres,
    flink,
    openSearch,
    pipelines: settings.pipelines,
    sqlValues: settings,
    thresholds: settings.thresholds,
    slack: connector,
    notifier: hasNotifier,
  });

  if (settings["generator.enabled"]) {
    new Generator(
      "generator",
      { settings, kafka, apps: apps.generator },
      { dependsOn: detection.sourceTopic },
    );
  }

  const { notify, aggregate } = detection.outputs;
  const notifier =
    hasNotifier && notify && aggregate
      ? new Notifier(
          "notifier",
          { settings, kafka, apps: apps.notifier, slackToken: slack },
          { dependsOn: [notify, aggregate] },
        )
      : undefined;

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
