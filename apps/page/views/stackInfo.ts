import { type Output, placeOf } from "../../../clients/results/output.ts";

/** What the views need to know about the stack. */
export interface StackInfo {
  readonly stack: string;
  readonly readOnly: boolean;
  /** How long pipelines may use an old threshold after a change, in ms. */
  readonly thresholdCacheMs: number;
  readonly pipelines: Readonly<Record<string, PipelineInfo>>;
}

/** What a pipeline is, as opposed to how it is doing. */
export interface PipelineInfo {
  /** The pipeline whose results it reads; absent if it reads the readings. */
  readonly reads?: string | undefined;
  /** Absent if it writes to the source topic. */
  readonly output?: Output | undefined;
}

/** What a pipeline writes, in words. */
export const outputOf = (pipeline: PipelineInfo | undefined) =>
  pipeline?.output === undefined ? "the readings' topic" : placeOf(pipeline.output);
