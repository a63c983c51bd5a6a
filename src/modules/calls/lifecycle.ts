import {
  type CallStatus,
  callStatuses,
  type FinalCallStatus,
  finalCallStatuses,
} from '../../db/schema/index.ts'

/** Whether this is a final status: completed, failed or cancelled. A final status never changes. */
export const isFinal = (status: CallStatus): status is FinalCallStatus =>
  (finalCallStatuses as readonly CallStatus[]).includes(status)

/**
 * Whether a call may change from one status to another. Statuses only move forward, and may skip some; every live status
 * may change to each final one.
 */
export const canTransition = (from: CallStatus, to: CallStatus): boolean =>
  !isFinal(from) && callStatuses.indexOf(to) > callStatuses.indexOf(from)
