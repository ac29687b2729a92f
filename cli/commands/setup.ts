import { EVERYTHING } from "../../setup/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../output/progress.ts";

export async function setup(): Promise<void> {
  const progress = createProgress();
  try {
    const { pulumi } = await setUp(progress, EVERYTHING);
    progress.note(`Everything is installed. Pulumi CLI: ${pulumi.command}`);
  } finally {
    progress.close();
  }
}
