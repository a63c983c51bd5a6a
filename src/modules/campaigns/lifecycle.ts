import type { CampaignStatus } from '../../db/schema/index.ts'
import { conflict } from '../../lib/errors.ts'

/** What an operator can do to a campaign. */
export const commands = ['start', 'pause', 'resume', 'stop', 'restart'] as const
export type Command = (typeof commands)[number]

/** From where each move is legal. Repeating one that already holds is refused, so that a caller learns it was late. */
const legalFrom: Record<Command, readonly CampaignStatus[]> = {
  start: ['draft', 'scheduled'],
  pause: ['scheduled', 'running'],
  resume: ['paused'],
  stop: ['scheduled', 'running', 'paused'],
  restart: ['running', 'paused', 'completed', 'stopped'],
}

export const isCommandAllowed = (status: CampaignStatus, move: Command): boolean =>
  legalFrom[move].includes(status)

/** Whether nothing will happen in it any more. */
export const isOver = (status: CampaignStatus): boolean => status === 'completed' || status === 'stopped'

/** Contacts are added to what goes on. @throws Refusal 'conflict' when the campaign is over */
export function assertNotOver({ status }: { status: CampaignStatus }): void {
  if (isOver(status)) {
    throw conflict('campaign_over', `The campaign is ${status}: add to another, or to a new one.`)
  }
}

/** Where a campaign that starts or resumes goes: it waits for its time when that is ahead. */
export const statusAfterStart = (start_time: Date | null, now: Date): 'scheduled' | 'running' =>
  start_time !== null && start_time > now ? 'scheduled' : 'running'

/** Fields that tell a campaign, and change nothing of what it does. */
const descriptive = ['name', 'description']
/** Fields that decide what is said: whoever was called before and after must have met the same bot. */
const identity = ['skillbase_id', 'skillbase_version']

/**
 * Which of the named fields may not be changed in this state. Before it runs everything may; while it runs limits,
 * windows and retries, at once; when it is over only how it is described.
 */
export function frozenFields(status: CampaignStatus, named: readonly string[]): string[] {
  if (status === 'draft' || status === 'scheduled') return []
  if (isOver(status)) return named.filter((field) => !descriptive.includes(field))
  return named.filter((field) => identity.includes(field))
}
