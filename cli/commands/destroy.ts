import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { stackState } from "../../components/stateResources.ts";
import { tearDown } from "../engine/engine.ts";
import { forgetStack, withStack } from "../engine/stack.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";

export async function destroy(name: string): Promise<void> {
  const settings = await stackSettings(await stackFile(name));
  const hosts = new StackHosts({ settings, stack: name, secret: async () => undefined });
  await withStack(
    name,
    async (stack, progress) => {
      const state = await stackState(stack);
      const changes = await tearDown({ stack, progress, state });
      const hadLeftOver = await hosts.removeLeftOver(stack, state);
      await forgetStack(stack);
      progress.close();
      const earlier = hadLeftOver ? "; what an earlier stack left behind is gone, too" : "";
      console.log(`\nThe stack ${name} is gone: ${changes}${earlier}.`);
    },
    // Without a state there may still be something to remove.
    { create: await hosts.hasLeftOver() },
  );
}
