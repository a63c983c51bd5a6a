/** Whom to call, with which skillbase, when, how fast, how often again: the campaign and its states. */
export { type Campaign, findCampaign, getCampaign, lockCampaign } from './campaigns.ts'
export { type CounterChange, countsOf, moveCounters } from './counters.ts'
export { isOver } from './lifecycle.ts'
