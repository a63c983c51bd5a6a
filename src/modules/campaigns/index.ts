/** Whom to call, with which skillbase, when, how fast, how often again: the campaign and its states. */
export { beginScheduled, completeIfDone, completePastEnd, pauseByBreaker } from './by-itself.ts'
export { type Campaign, findCampaign, getCampaign, lockCampaign } from './campaigns.ts'
export { type CounterChange, countsOf, moveCounters } from './counters.ts'
export { isOver, refuseIfOver } from './lifecycle.ts'
export { logCampaign } from './log.ts'
export { holdPace, refreshWindows } from './openings.ts'
export { windowsOf } from './windows.ts'
