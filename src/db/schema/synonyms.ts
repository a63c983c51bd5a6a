import type { CallStatus, CampaignStatus, TaskStatus } from './states.ts'

/*
 * Other names of statuses that a filter or a request body may use. Responses always have the names of states.ts. Only names
 * that can mean one status: `pending` of a campaign could be a draft or a scheduled one, so it is rejected.
 */

export type StatusSynonyms<S extends string> = Readonly<Record<S, readonly string[]>>

export const campaignStatusSynonyms: StatusSynonyms<CampaignStatus> = {
  draft: [],
  scheduled: [],
  running: ['active', 'in_progress', 'started'],
  paused: ['on_hold'],
  completed: ['finished', 'done'],
  stopped: ['cancelled', 'canceled'],
}

export const taskStatusSynonyms: StatusSynonyms<TaskStatus> = {
  pending: ['queued'],
  in_progress: ['active', 'running', 'calling'],
  completed: ['finished', 'done'],
  retry: ['retrying'],
  failed: [],
  cancelled: ['canceled'],
  skipped: [],
}

/** `finished` is not among them: a call that failed has finished, too. */
export const callStatusSynonyms: StatusSynonyms<CallStatus> = {
  queued: ['pending'],
  dialing: ['initiated', 'calling'],
  ringing: [],
  active: ['in_progress', 'running', 'connected'],
  completed: [],
  failed: [],
  cancelled: ['canceled'],
}
