import type { TaskStatus } from '../../db/schema/index.ts'

/** For each status that a user can set, the statuses that it can replace: to cancel a task, or to return it to the queue. */
const allowedFrom: Record<'cancelled' | 'pending', readonly TaskStatus[]> = {
  cancelled: ['pending', 'retry'],
  pending: ['retry', 'failed', 'cancelled', 'skipped'],
}

export type UserSettableStatus = keyof typeof allowedFrom

/** Whether a user can change a task from one status to the other. */
export const isTransitionAllowed = (from: TaskStatus, to: UserSettableStatus): boolean =>
  allowedFrom[to].includes(from)

/** The statuses that a user can set on a task in this status. */
export const settableStatuses = (from: TaskStatus): UserSettableStatus[] =>
  (['cancelled', 'pending'] as const).filter((to) => isTransitionAllowed(from, to))
