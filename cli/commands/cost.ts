import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { secretOfFile } from "../engine/secrets.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeCost } from "../output/cost.ts";

export async function cost(name: string): Promise<void> {
  const file = await stackFile(name);
  const settings = await stackSettings(file);
  const hosts = new StackHosts({ settings, stack: name, secret: secretOfFile(file) });
  console.log(describeCost(await hosts.prices()));
}
