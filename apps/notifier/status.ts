/** How the notifier is doing. */
export interface Status {
  readonly channels: readonly ChannelStatus[];
  /** Epoch ms. */
  readonly updatedAt: number;
  /** The last failure of what all channels share that has not been resolved yet. */
  readonly lastError?: string;
}

/** How a channel is doing. */
export interface ChannelStatus {
  /** Such as `Slack`. */
  readonly name: string;
  /** Messages posted over all runs. */
  readonly posted: number;
  /** Episodes that were told and last. */
  readonly openAlerts: number;
  /** Episodes that last and are silenced. */
  readonly silenced: number;
  /** The last failure that has not been resolved yet. */
  readonly lastError?: string;
}
