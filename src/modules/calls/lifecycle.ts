import {
  type CallStatus,
  callStatuses,
  type FinalCallStatus,
  finalCallStatuses,
} from '../../db/schema/index.ts'

/** Whether a call has ended: a final state never moves. */
export const isFinal = (status: CallStatus): status is FinalCallStatus =>
  (finalCallStatuses as readonly CallStatus[]).includes(status)

/** Whether a call may go from one state to another: forward only, and from every live state to each final one. */
export const canTransition = (from: CallStatus, to: CallStatus): boolean =>
  !isFinal(from) && callStatuses.indexOf(to) > callStatuses.indexOf(from)
