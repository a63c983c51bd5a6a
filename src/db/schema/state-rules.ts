import { textList } from './columns.ts'
import {
  type CallStatus,
  type CampaignCommand,
  type CampaignStatus,
  callStatuses,
  campaignStatuses,
  type SettableTaskStatus,
  type TaskStatus,
  taskStatuses,
} from './states.ts'

/*
 * The rules of the statuses of campaigns, call tasks and calls. The compiler requires a row for each value that is added to
 * states.ts. The lists below are derived, and SQL is given them.
 */

export interface CampaignStatusRule {
  /** `active`: its end_time ends it, and it cannot be deleted. `over`: only a resume or a restart leads out of it. */
  phase: 'draft' | 'active' | 'over'
  /**
   * The commands that change the campaign. Any other is refused, such as pausing a paused campaign, so that only one of two
   * concurrent callers succeeds.
   */
  commands: readonly CampaignCommand[]
  /**
   * The commands that succeed and change nothing. A stop is final, so a caller that repeats it, because it lost the first
   * response or because another caller was faster, has what it wants.
   */
  repeatable: readonly CampaignCommand[]
  /** The fields that cannot be changed: those that choose the bot, or all but name and description. */
  frozen: 'none' | 'bot' | 'all_but_description'
  /** Whether contacts can be added, and returned to the queue. */
  acceptsContacts: boolean
}

export const campaignStatusRules: Readonly<Record<CampaignStatus, CampaignStatusRule>> = {
  draft: { phase: 'draft', commands: ['start'], repeatable: [], frozen: 'none', acceptsContacts: true },
  scheduled: {
    phase: 'active',
    commands: ['start', 'pause', 'stop'],
    repeatable: [],
    frozen: 'none',
    acceptsContacts: true,
  },
  running: {
    phase: 'active',
    commands: ['pause', 'stop', 'restart'],
    repeatable: [],
    frozen: 'bot',
    acceptsContacts: true,
  },
  paused: {
    phase: 'active',
    commands: ['start', 'resume', 'stop', 'restart'],
    repeatable: [],
    frozen: 'bot',
    acceptsContacts: true,
  },
  // A resume continues it, so its limits, hours and end_time can be changed before.
  completed: {
    phase: 'over',
    commands: ['resume', 'restart'],
    repeatable: [],
    frozen: 'bot',
    acceptsContacts: true,
  },
  stopped: {
    phase: 'over',
    commands: ['restart'],
    repeatable: ['stop'],
    frozen: 'all_but_description',
    acceptsContacts: false,
  },
}

export const activeCampaignStatuses = campaignStatuses.filter(
  (status) => campaignStatusRules[status].phase === 'active',
)

export interface TaskStatusRule {
  /** `waiting`: in the queue. `in_progress`: from the claim until the attempt is settled. `ended`: no attempt follows. */
  phase: 'waiting' | 'in_progress' | 'ended'
  /** The statuses that a user can set. An ended task that can become pending can be restarted, too. */
  settable: readonly SettableTaskStatus[]
  /** The counter of the campaign that includes the task, besides total_tasks. */
  counter: 'completed_tasks' | 'failed_tasks' | null
}

export const taskStatusRules: Readonly<Record<TaskStatus, TaskStatusRule>> = {
  pending: { phase: 'waiting', settable: ['cancelled'], counter: null },
  // It is cancelled when its call is over.
  in_progress: { phase: 'in_progress', settable: ['cancelled'], counter: null },
  completed: { phase: 'ended', settable: [], counter: 'completed_tasks' },
  retry: { phase: 'waiting', settable: ['cancelled', 'pending'], counter: null },
  failed: { phase: 'ended', settable: ['pending'], counter: 'failed_tasks' },
  cancelled: { phase: 'ended', settable: ['pending'], counter: null },
  skipped: { phase: 'ended', settable: ['pending'], counter: null },
}

const tasksWhere = (matches: (rule: TaskStatusRule) => boolean): readonly TaskStatus[] =>
  taskStatuses.filter((status) => matches(taskStatusRules[status]))

/** Statuses in which a task waits for its next attempt. The index call_tasks_queue_idx contains these tasks. */
export const waitingTaskStatuses = tasksWhere(({ phase }) => phase === 'waiting')
/** Statuses of tasks that keep their campaign running. */
export const openTaskStatuses = tasksWhere(({ phase }) => phase !== 'ended')
export const endedTaskStatuses = tasksWhere(({ phase }) => phase === 'ended')
/** Statuses from which a restart can return tasks to the queue. */
export const restartableTaskStatuses = tasksWhere(
  ({ phase, settable }) => phase === 'ended' && settable.includes('pending'),
)

/** For `status in (...)`. */
export const waitingTaskStatusList = textList(waitingTaskStatuses)
export const openTaskStatusList = textList(openTaskStatuses)

interface CallStatusRule {
  /** The statuses that may follow; some may be skipped. A status that none follows is final. */
  next: readonly CallStatus[]
}

export const callStatusRules = {
  queued: { next: ['dialing', 'ringing', 'active', 'completed', 'failed', 'cancelled'] },
  dialing: { next: ['ringing', 'active', 'completed', 'failed', 'cancelled'] },
  ringing: { next: ['active', 'completed', 'failed', 'cancelled'] },
  active: { next: ['completed', 'failed', 'cancelled'] },
  completed: { next: [] },
  failed: { next: [] },
  cancelled: { next: [] },
} as const satisfies Record<CallStatus, CallStatusRule>

export type FinalCallStatus = {
  [S in CallStatus]: (typeof callStatusRules)[S]['next'] extends readonly [] ? S : never
}[CallStatus]

export const finalCallStatuses: readonly FinalCallStatus[] = callStatuses.filter(
  (status): status is FinalCallStatus => callStatusRules[status].next.length === 0,
)
export type LiveCallStatus = Exclude<CallStatus, FinalCallStatus>

/** The statuses of a call that has not ended. */
export const liveCallStatuses: readonly LiveCallStatus[] = callStatuses.filter(
  (status): status is LiveCallStatus => callStatusRules[status].next.length > 0,
)
