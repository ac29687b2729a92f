import { existsSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { endServers, isNothing, leftOver } from "../../components/hosts/local/earlierStack.ts";
import { stackFolders } from "../../components/hosts/local/folders.ts";
import { isServer } from "../../components/hosts/local/resourceTypes.ts";
import { type StateResource, stateResources } from "../../components/stateResources.ts";
import { tearDown } from "../engine/engine.ts";
import { forgetStack, withStack } from "../engine/stack.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";

export async function destroy(name: string): Promise<void> {
  const folders = stackFolders((await stackSettings(await stackFile(name))).directory, name);
  // Without a state there may still be something to remove.
  const create = !isNothing(await leftOver(folders));
  await withStack(
    name,
    async (stack, progress) => {
      const former = (await stateResources(stack)).filter(isServer).map(folderOf);
      const changes = await tearDown(stack, progress);
      const unknown = await leftOver(folders, stack);
      await endServers(unknown);
      await forgetStack(stack, folders);
      for (const folder of former.filter((folder) => !folders.has(folder))) removeEmptyAbove(folder);
      progress.close();
      const earlier = isNothing(unknown) ? "" : "; what an earlier stack left behind is gone, too";
      console.log(`\nThe stack ${name} is gone: ${changes}${earlier}.`);
    },
    { create },
  );
}

const folderOf = ({ outputs }: StateResource) => String(outputs?.directory);

/** Flink's checkpoints re-create the former path of a renamed project folder. Removes its empty folders. */
function removeEmptyAbove(serverFolder: string): void {
  let directory = serverFolder;
  try {
    for (let level = 0; level < 3; level++) {
      directory = dirname(directory);
      if (existsSync(directory)) rmdirSync(directory);
    }
  } catch {
    // It is not empty.
  }
}
