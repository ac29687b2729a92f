import { aivenToken } from "../../components/hosts/aiven/preflight.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeCost } from "../output/cost.ts";

export async function cost(name: string): Promise<void> {
  const settings = await stackSettings(await stackFile(name));
  console.log(await describeCost(settings, name, aivenToken({})));
}
