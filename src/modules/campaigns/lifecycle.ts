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

/** Whether the campaign is completed or stopped. Only the command restart leaves these statuses. */
export const isOver = (status: CampaignStatus): boolean => campaignStatusRules[status].phase === 'over'

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

const isFrozen: Record<CampaignStatusRule['frozen'], (field: string) => boolean> = {
  none: () => false,
  bot: (field) => botFields.includes(field),
  all_but_description: (field) => !descriptiveFields.includes(field),
}

/** Returns the given fields that cannot be changed in this status. */
export const frozenFields = (status: CampaignStatus, fields: readonly string[]): string[] =>
  fields.filter(isFrozen[campaignStatusRules[status].frozen])
