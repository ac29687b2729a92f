import { vi } from "vitest";
import { DockerEngine } from "../../clients/docker/engine.ts";

/** For graphs without a Docker engine: none of its images and containers exist yet. */
export const withoutEngine = () => ({
  imageId: vi.spyOn(DockerEngine.prototype, "imageId").mockResolvedValue(undefined),
  isStarting: vi.spyOn(DockerEngine.prototype, "isStarting").mockResolvedValue(false),
});
