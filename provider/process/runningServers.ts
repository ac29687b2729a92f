import { dirname } from "node:path";
import { isServerFolder } from "./serverFolder.ts";
import { isDetached, type WorkingFolder, workingFolders } from "./workingFolder.ts";

/** Where servers have their folders unless the setting `directory` says otherwise. */
const USUAL = /\/\.stacks\/[^/]+\/[^/]+(\/data)?$|^\/var\/lib\/streaming-anomaly-detection\/[^/]+(\/data)?$/;

/**
 * The servers running on this machine, of any stack in any copy of this project, as far as this user may see them; one
 * process per server. A server whose folder is gone belongs to a stack that nobody knows any more; it is found if its
 * folder was in the usual place.
 */
export function runningServers(): WorkingFolder[] {
  const servers = new Map<string, WorkingFolder>();
  for (const found of workingFolders()
    .flatMap(serverIn)
    .sort((a, b) => a.pid - b.pid)) {
    // All of PostgreSQL's processes work in its folder; the first one started the others.
    if (!servers.has(found.path)) servers.set(found.path, found);
  }
  return [...servers.values()];
}

function serverIn(folder: WorkingFolder): WorkingFolder[] {
  const { pid, path, isGone } = folder;
  if (isGone) return USUAL.test(path) && isDetached(pid) ? [folder] : [];
  // PostgreSQL works in `data` below its folder.
  const server = [path, dirname(path)].find(isServerFolder);
  return server !== undefined && isDetached(pid) ? [{ pid, path: server, isGone }] : [];
}
