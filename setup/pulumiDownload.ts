import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isOk, openHttp } from "../lib/http.ts";
import { pulumiDownloadUrl } from "../tools/prerequisites.mjs";
import { runTool } from "./runTool.ts";

/** How long to wait, in ms: for the answer, for the next byte, for the whole download. */
const defaultPatience = { answer: 5_000, stall: 15_000, total: 30 * 60_000 };

/**
 * Downloads the official Pulumi CLI into `directory`/bin. Does not use `PulumiCommand.install`, which has no time-out and
 * reports no progress.
 *
 * @throws Error if there is no answer within 5 s, no data for 15 s, or the download is not complete after 30 minutes
 */
export async function downloadPulumi(
  directory: string,
  onDetail: (detail: string) => void,
  url = pulumiDownloadUrl(),
  patience = defaultPatience,
  signal = new AbortController().signal,
): Promise<void> {
  if (url === undefined) throw new Error(`there is none for ${process.platform} ${process.arch}`);
  const archive = join(directory, "pulumi.tar.gz");
  const bin = join(directory, "bin");
  await downloadFile(url, archive, onDetail, patience, signal);
  await mkdir(bin);
  // The archive holds one folder, `pulumi`, with the executables.
  await runTool("tar", ["-xzf", archive, "-C", bin, "--strip-components=1"], { signal });
  await rm(archive);
  if (!(await readdir(bin)).includes("pulumi")) throw new Error(`no pulumi in ${url}`);
}

async function downloadFile(
  url: string,
  file: string,
  onDetail: (detail: string) => void,
  patience: typeof defaultPatience,
  stop: AbortSignal,
): Promise<void> {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, stop]);
  const abortAfter = (ms: number, what: string) =>
    setTimeout(() => controller.abort(new Error(`${what} within ${ms / 1000} s`)), ms).unref();
  const total = abortAfter(patience.total, "not finished");
  let next = abortAfter(patience.answer, "no answer");
  const target = await open(file, "w");
  try {
    const { status, body } = await openHttp(url, signal, { byProxy: true });
    if (!isOk(status)) {
      await body.dump();
      throw new Error(`HTTP ${status}`);
    }
    let bytes = 0;
    for await (const chunk of body) {
      clearTimeout(next);
      next = abortAfter(patience.stall, "no more data");
      await target.writeFile(chunk);
      bytes += chunk.length;
      onDetail(`${(bytes / 1e6).toFixed(0)} MB downloaded`);
    }
  } finally {
    await target.close();
    clearTimeout(total);
    clearTimeout(next);
  }
}
