import type { CampaignStatus } from '../../db/schema/index.ts'
import { conflict } from '../../lib/errors.ts'

/** The commands that a user can give for a campaign. */
export const commands = ['start', 'pause', 'resume', 'stop', 'restart'] as const
export type Command = (typeof commands)[number]

/**
 * Statuses in which each command is allowed. A command that would change nothing, such as pausing a paused campaign, is
 * refused too, so that only one of two concurrent callers succeeds.
 */
const allowedStatuses: Record<Command, readonly CampaignStatus[]> = {
  start: ['draft', 'scheduled'],
  pause: ['scheduled', 'running'],
  resume: ['paused'],
  stop: ['scheduled', 'running', 'paused'],
  restart: ['running', 'paused', 'completed', 'stopped'],
}

/** Whether a command is allowed in this status. */
export const isCommandAllowed = (status: CampaignStatus, command: Command): boolean =>
  allowedStatuses[command].includes(status)

/** Whether the campaign is completed or stopped. Only the command restart leaves these statuses. */
export const isOver = (status: CampaignStatus): boolean => status === 'completed' || status === 'stopped'

/** Checks that contacts can be added to the campaign. @throws Refusal 'conflict' when it is completed or stopped */
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
 * Returns the given fields that cannot be changed in this status. Before the start there are none. While the campaign is
 * running or paused, they are the fields of the bot. When it is over, they are all fields but name and description.
 */
export function frozenFields(status: CampaignStatus, fields: readonly string[]): string[] {
  if (status === 'draft' || status === 'scheduled') return []
  if (isOver(status)) return fields.filter((field) => !descriptiveFields.includes(field))
  return fields.filter((field) => botFields.includes(field))
}
