/** Campaigns: which contacts to call, with which skillbase, in which hours, at which rate and with which retries. */

export { type Campaign, getCampaign, lockCampaign, lockCampaignIfFree } from './campaigns.ts'
export { addToCounters, correctCounters, countersOfStatus, findCounterDifferences } from './counters.ts'
export {
  attemptForCampaign,
  type CampaignKey,
  isSetAside,
  logFailures,
  pruneFailures,
  type ReportFailure,
} from './failures.ts'
export { NextWindowFinder } from './hours/next-window.ts'
export { isWindowOutdated, refreshWindows } from './hours/window-cache.ts'
export { windowsOf } from './hours/windows.ts'
export { acceptsContacts, assertAcceptsContacts, isOver } from './lifecycle.ts'
export { recordCampaignEvent } from './reports/event-log.ts'
export {
  completeIfDone,
  completePastEnd,
  faultSpanSec,
  pauseByBreaker,
  startScheduled,
} from './transitions/automatic-transitions.ts'
export { cancelAttempt, hangUpCall } from './transitions/hang-up.ts'
