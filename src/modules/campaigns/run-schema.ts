import { Type } from '@sinclair/typebox'
import {
  type campaignEvents,
  outcomes,
  restartableTaskStatuses,
  taskStatusSynonyms,
  unusableNumberOutcomes,
} from '../../db/schema/index.ts'
import {
  Body,
  Id,
  JsonObject,
  Nullable,
  OneOf,
  type RowFields,
  Time,
  TimezoneData,
  WithSynonyms,
} from '../../http/wire.ts'
import { contactsToClone } from './clone.ts'
import { reasonCodes } from './reports/reasons.ts'
import { Count, Name, Warnings, Zone } from './schema.ts'

const Counts = (description: string) =>
  Type.Record(Type.String(), Type.Integer(), { description, examples: [{ success: 3 }] })

export const CampaignStats = Type.Object(
  {
    campaign_id: Id,
    tasks: Type.Object({
      total: Count,
      open: Type.Integer({ description: 'Tasks in status pending, in_progress or retry.' }),
      done: Type.Integer({ description: 'Tasks in any other status.' }),
      by_status: Counts('Tasks per status. A status without tasks is left out.'),
      by_outcome: Counts('Tasks per outcome of their latest attempt.'),
    }),
    calls: Type.Object({
      total: Type.Integer({ description: '`dialed` + `live`.' }),
      live: Type.Integer({ description: 'Calls that have not ended.' }),
      dialed: Type.Integer({ description: 'Calls that were dialed and have ended.' }),
      answered: Type.Integer({ description: 'Dialed calls that a person or a machine answered.' }),
      not_dialed: Type.Integer({
        description: 'Calls that ended without having been dialed. No other count of calls includes them.',
      }),
      answer_rate: Nullable(Type.Number({ description: 'answered / dialed.', examples: [0.48] })),
      success_rate: Nullable(
        Type.Number({ description: 'Answered calls with outcome `success` / answered.', examples: [0.24] }),
      ),
      by_status: Counts('Calls per status.'),
      by_outcome: Counts('Calls per outcome.'),
      average_duration_sec: Nullable(
        Type.Number({
          description: 'Seconds from the answer to the end, over the answered calls whose duration is known.',
          examples: [42.5],
        }),
      ),
    }),
    attempts: Type.Integer({
      description: 'Attempts counted against the limits of retries, over all tasks.',
    }),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'done / total; 0 without tasks.' }),
    calls_last_minute: Type.Integer({ description: 'Calls that started in the last 60 s.', examples: [10] }),
    expected_end_at: Nullable(
      Type.Unsafe<Date>({
        ...Time,
        description:
          'When the last contact is expected to be done, with its retries and within calling hours. Null: the campaign is not running, or ends more than 60 days ahead.',
      }),
    ),
  },
  { $id: 'CampaignStats', description: 'Progress of a campaign, counted from its rows.' },
)

export const StopQuery = Type.Object({
  hang_up: Type.Optional(Type.Boolean({ description: 'Also end live calls.' })),
})

export const RestartInput = Nullable(
  Body(
    {
      statuses: Type.Optional(
        Type.Array(WithSynonyms(OneOf(restartableTaskStatuses), taskStatusSynonyms), {
          minItems: 1,
          maxItems: restartableTaskStatuses.length,
          uniqueItems: true,
          description: 'Statuses of the contacts to return to the queue. Default: failed.',
        }),
      ),
      outcomes: Type.Optional(
        Type.Array(OneOf(outcomes), {
          minItems: 1,
          maxItems: outcomes.length,
          uniqueItems: true,
          description: 'Only contacts whose latest outcome is one of these.',
        }),
      ),
      include: Type.Optional(
        Type.Array(OneOf(unusableNumberOutcomes), {
          minItems: 1,
          maxItems: unusableNumberOutcomes.length,
          uniqueItems: true,
          description:
            'Contacts that are left out unless they are asked for, by their latest outcome: `invalid_number` (the number does not exist), `blocked` (the callee blocks calls), `suppressed` (the number was suppressed, and is not any more). Default: none.',
          examples: [['invalid_number']],
        }),
      ),
    },
    { examples: [{ statuses: ['failed', 'cancelled'] }] },
  ),
)

export const CloneInput = Nullable(
  Body(
    {
      name: Type.Optional(Name),
      contacts: Type.Optional(
        OneOf(contactsToClone, {
          description:
            'Contacts to copy. Default: none. `unreached`: those that were not reached, without those whose outcome is invalid_number, blocked or suppressed, or whose number is suppressed.',
        }),
      ),
    },
    { examples: [{ name: 'Spring check-ups, second round', contacts: 'unreached' }] },
  ),
)

export const CampaignEvent = Type.Object(
  {
    company_id: Id,
    campaign_id: Id,
    seq: Type.Integer(),
    at: Time,
    event: Type.String({ examples: ['paused'] }),
    detail: Type.String({ examples: ['paused by a user'] }),
    data: JsonObject,
  } satisfies RowFields<typeof campaignEvents>,
  { $id: 'CampaignEvent', description: 'An entry in the log of a campaign.' },
)

const Opening = Type.Object(
  { start: Time, end: Time },
  { title: 'CallingWindow', description: 'When calls may be made.' },
)

export const ScheduleQuery = Type.Object({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 14, description: 'Days ahead.' })),
})

export const Schedule = Type.Object(
  {
    campaign_id: Id,
    timezone: Zone,
    is_open: Type.Boolean(),
    openings: Type.Array(Opening, {
      description: 'When the hours of the campaign itself are open, on its own clock; each end is exclusive.',
    }),
    zones: Type.Array(
      Type.Object({
        dial_timezone: Type.String({
          description: 'Possible zones of the contacts, joined by commas. Empty: the zone of the campaign.',
          examples: ['Asia/Vladivostok'],
        }),
        waiting: Type.Integer({ description: 'Contacts that wait for an attempt.' }),
        is_open: Type.Boolean(),
        next_opening: Nullable(Opening),
        contact_hours: Type.Array(
          Type.Object(
            {
              timezone: Zone,
              days: Nullable(Type.Array(Type.Integer(), { description: 'Weekdays. Null: every day.' })),
              start: Type.String({ description: 'HH:MM.', examples: ['09:00'] }),
              end: Type.String({ description: 'HH:MM, up to 24:00, exclusive.', examples: ['20:00'] }),
            },
            { title: 'ContactHours' },
          ),
          {
            description:
              'The hours of the contacts: those that the campaign sets, else the customary ones of their country.',
          },
        ),
      }),
      { description: 'The 100 zones with the most waiting contacts, in descending order.' },
    ),
    warnings: Warnings,
  },
  { $id: 'Schedule', description: 'When a campaign may dial.' },
)

export const Diagnostics = Type.Object(
  {
    campaign_id: Id,
    can_dial: Type.Boolean({ description: 'Whether at least one contact can be dialed now.' }),
    waiting: Count,
    in_progress: Count,
    slots: Type.Object({
      max: Type.Integer({ description: '`max_concurrent_calls` of the campaign.' }),
      in_use: Type.Integer({ description: 'Live calls of the campaign.' }),
      waiting_to_settle: Type.Integer({
        description:
          'Calls that have ended, and whose contacts wait until what becomes of them is decided. They use no slot.',
      }),
    }),
    dialable: Type.Integer({ description: 'Waiting contacts that can be dialed now.' }),
    reasons: Type.Array(
      Type.Object({
        code: OneOf(reasonCodes),
        detail: Type.String({
          description:
            'The rule that decides, in words: which day, which hours, on whose clock, and until when.',
          examples: ['the rate limit is 10 calls a minute'],
        }),
        contacts: Nullable(
          Type.Integer({ description: 'Contacts it applies to. Null: it applies to the whole campaign.' }),
        ),
        until: Nullable(Time),
      }),
      { description: 'The deciding reason first.' },
    ),
    timezone_data: TimezoneData,
  },
  { $id: 'Diagnostics', description: 'Why a campaign cannot dial now.' },
)
