import type { Kind } from "./fault.ts";
import { clockStep } from "./kinds/clockStep.ts";
import { exhaustedConnections } from "./kinds/exhaustedConnections.ts";
import { freeze } from "./kinds/freeze.ts";
import { fullDisk } from "./kinds/fullDisk.ts";
import { impatientUp } from "./kinds/impatientUp.ts";
import { kill } from "./kinds/kill.ts";
import { killAgain } from "./kinds/killAgain.ts";
import { killedEngine } from "./kinds/killedEngine.ts";
import { killedUp } from "./kinds/killedUp.ts";
import { lockedThresholds } from "./kinds/lockedThresholds.ts";
import { morePartitions } from "./kinds/morePartitions.ts";
import { halfOpen, longCut, networkCut, networkSlow } from "./kinds/network.ts";
import { powerCut } from "./kinds/powerCut.ts";
import { readOnlyIndex } from "./kinds/readOnlyIndex.ts";
import { slackRefuses } from "./kinds/slackRefuses.ts";
import { stop } from "./kinds/stop.ts";
import { twoUps } from "./kinds/twoUps.ts";

/** Every kind of fault and how often it is chosen relative to the others. */
export const kinds: readonly { readonly kind: Kind; readonly share: number }[] = [
  { kind: kill, share: 35 },
  { kind: killAgain, share: 4 },
  { kind: freeze, share: 20 },
  { kind: stop, share: 15 },
  { kind: powerCut, share: 6 },
  { kind: impatientUp, share: 4 },
  { kind: lockedThresholds, share: 8 },
  { kind: exhaustedConnections, share: 6 },
  { kind: readOnlyIndex, share: 6 },
  { kind: networkCut, share: 8 },
  { kind: networkSlow, share: 4 },
  { kind: halfOpen, share: 8 },
  { kind: fullDisk, share: 5 },
  { kind: morePartitions, share: 4 },
  { kind: killedUp, share: 6 },
  { kind: killedEngine, share: 3 },
  { kind: twoUps, share: 3 },
  { kind: slackRefuses, share: 8 },
];

/** Kinds that show a limit, or take minutes: they happen only if requested by name. */
export const onDemand: typeof kinds = [
  { kind: clockStep, share: 5 },
  { kind: longCut, share: 5 },
];

/** Every kind that can be requested by name. */
export const namedKinds: typeof kinds = [...kinds, ...onDemand];
