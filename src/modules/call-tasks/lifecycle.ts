import type { TaskStatus } from '../../db/schema/index.ts'

/** States in which a task still waits for an attempt. */
export const waitingStatuses = ['pending', 'retry'] as const satisfies TaskStatus[]

/** What a user may make of a task: give up on one that waits, take up again one that ended. */
const legal: Record<'cancelled' | 'pending', readonly TaskStatus[]> = {
  cancelled: ['pending', 'retry'],
  pending: ['retry', 'failed', 'cancelled', 'skipped'],
}

export type UserSettableStatus = keyof typeof legal

export const isTransitionAllowed = (from: TaskStatus, to: UserSettableStatus): boolean =>
  legal[to].includes(from)
