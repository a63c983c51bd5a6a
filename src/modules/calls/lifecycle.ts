import {
  type CallStatus,
  callStatusRules,
  type FinalCallStatus,
  finalCallStatuses,
} from '../../db/schema/index.ts'

/** Whether this is a final status: completed, failed or cancelled. A final status never changes. */
export const isFinal = (status: CallStatus): status is FinalCallStatus =>
  (finalCallStatuses as readonly CallStatus[]).includes(status)

/** Whether a call may change from one status to another. */
export const canTransition = (from: CallStatus, to: CallStatus): boolean =>
  (callStatusRules[from].next as readonly CallStatus[]).includes(to)
