/** Whom to call, with which skillbase, when, how fast, how often again: the campaign and its states. */

export { type Campaign, findCampaign, getCampaign, lockCampaign } from './campaigns.ts'
export { addToCounters, type CounterChange, countersOfStatus } from './counters.ts'
export { lockCampaignPace, refreshWindowCache } from './hours/window-cache.ts'
export { windowsOf } from './hours/windows.ts'
export { assertNotOver, isOver } from './lifecycle.ts'
export { recordCampaignEvent } from './reports/event-log.ts'
export {
  completeIfDone,
  completePastEnd,
  pauseByBreaker,
  startScheduled,
} from './transitions/automatic-transitions.ts'
