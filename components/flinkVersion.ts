/** The version of Flink that the pipelines are written and tested for. */
export const FLINK_VERSION = "1.20";
