import type { CampaignStatus } from '../../db/schema/index.ts'
import { conflict } from '../../lib/errors.ts'

/** What an operator can do with a campaign. */
export const commands = ['start', 'pause', 'resume', 'stop', 'restart'] as const
export type Command = (typeof commands)[number]

/**
 * Statuses in which each command is allowed. A command whose effect is already in place is refused too (pause of a paused
 * campaign), so that of two concurrent callers only one gets a success.
 */
const allowedStatuses: Record<Command, readonly CampaignStatus[]> = {
  start: ['draft', 'scheduled'],
  pause: ['scheduled', 'running'],
  resume: ['paused'],
  stop: ['scheduled', 'running', 'paused'],
  restart: ['running', 'paused', 'completed', 'stopped'],
}

export const isCommandAllowed = (status: CampaignStatus, command: Command): boolean =>
  allowedStatuses[command].includes(status)

/** Whether the campaign is completed or stopped. Only the command restart takes it out of these statuses. */
export const isOver = (status: CampaignStatus): boolean => status === 'completed' || status === 'stopped'

/** Contacts can be added to any other campaign. @throws Refusal 'conflict' when the campaign is completed or stopped */
export function assertNotOver({ status }: { status: CampaignStatus }): void {
  if (isOver(status)) {
    throw conflict(
      'campaign_over',
      `The campaign is ${status}, so contacts cannot be added. Add them to another campaign, or create a new one.`,
    )
  }
}

/** Status after start or resume: scheduled when start_time is in the future, else running. */
export const statusAfterStart = (start_time: Date | null, now: Date): 'scheduled' | 'running' =>
  start_time !== null && start_time > now ? 'scheduled' : 'running'

/** Fields that do not affect calls. */
const descriptiveFields = ['name', 'description']
/** Fields that choose the bot. All contacts of a campaign talk to the same version of it. */
const botFields = ['skillbase_id', 'skillbase_version']

/**
 * Those of the named fields that cannot be changed in this status. Before the start: none. While running or paused: the
 * bot. When over: everything but name and description.
 */
export function frozenFields(status: CampaignStatus, named: readonly string[]): string[] {
  if (status === 'draft' || status === 'scheduled') return []
  if (isOver(status)) return named.filter((field) => !descriptiveFields.includes(field))
  return named.filter((field) => botFields.includes(field))
}
