import {
  type CampaignCommand,
  type CampaignStatus,
  type CampaignStatusRule,
  campaignStatusRules,
} from '../../db/schema/index.ts'
import { conflict } from '../../lib/errors.ts'

/** Whether a command changes a campaign in this status. */
export const isCommandAllowed = (status: CampaignStatus, command: CampaignCommand): boolean =>
  campaignStatusRules[status].commands.includes(command)

/** Whether a command succeeds in this status and changes nothing. */
export const isRepeatable = (status: CampaignStatus, command: CampaignCommand): boolean =>
  campaignStatusRules[status].repeatable.includes(command)

/** Whether the campaign is completed or stopped. Only a resume or a restart leaves these statuses. */
export const isOver = (status: CampaignStatus): boolean => campaignStatusRules[status].phase === 'over'

interface CampaignEnd {
  status: CampaignStatus
  end_time: Date | null
}

/**
 * Checks that the end_time of the campaign has not passed: it would run without dialing anyone.
 *
 * @throws Refusal 'conflict'
 */
export function assertNotPastEnd({ status, end_time }: CampaignEnd, now: Date): void {
  if (end_time === null || end_time > now) return
  const isEndFrozen = frozenFields(status, ['end_time']).length > 0
  const solution = isEndFrozen
    ? 'Clone the campaign, and start the clone.'
    : 'Set a later end_time, or null, first.'
  const detail = `The end_time of the campaign, ${end_time.toISOString()}, has passed. ${solution}`
  throw conflict('end_time_passed', detail)
}

/** Whether contacts can be added to the campaign, and returned to its queue: a completed one can be resumed until its end_time. */
export const acceptsContacts = ({ status, end_time }: CampaignEnd, now: Date): boolean =>
  campaignStatusRules[status].acceptsContacts && !(isOver(status) && end_time !== null && end_time <= now)

/** @throws Refusal 'conflict' when the campaign does not accept contacts: it is stopped, or completed and past its end_time */
export function assertAcceptsContacts(campaign: CampaignEnd, now: Date): void {
  if (acceptsContacts(campaign, now)) return
  const { status } = campaign
  if (!campaignStatusRules[status].acceptsContacts) {
    const detail = `The campaign is ${status}, so contacts cannot be added. Add them to another campaign, or create a new one.`
    throw conflict('campaign_over', detail)
  }
  assertNotPastEnd(campaign, now)
}

/** Status after start or resume: scheduled when start_time is in the future, else running. */
export const statusAfterStart = (start_time: Date | null, now: Date): 'scheduled' | 'running' =>
  start_time !== null && start_time > now ? 'scheduled' : 'running'

/** Fields that do not affect calls. */
const descriptiveFields = ['name', 'description']
/** Fields that choose the bot. All contacts of a campaign talk to the same version of it. */
const botFields = ['skillbase_id', 'skillbase_version', 'version_pinning']

const isFrozen: Record<CampaignStatusRule['frozen'], (field: string) => boolean> = {
  none: () => false,
  bot: (field) => botFields.includes(field),
  all_but_description: (field) => !descriptiveFields.includes(field),
}

/** Returns the given fields that cannot be changed in this status. */
export const frozenFields = (status: CampaignStatus, fields: readonly string[]): string[] =>
  fields.filter(isFrozen[campaignStatusRules[status].frozen])
