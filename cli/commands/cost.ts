import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeCost } from "../output/cost.ts";

export async function cost(name: string): Promise<void> {
  const settings = await stackSettings(await stackFile(name));
  // Secrets in the file stay encrypted: no engine runs.
  const secret = async () => undefined;
  console.log(describeCost(await new StackHosts({ settings, stack: name, secret }).prices()));
}
