import { Type } from '@sinclair/typebox'
import {
  campaignStatuses,
  outcomes,
  type RetryPolicy,
  restartableTaskStatuses,
} from '../../db/schema/index.ts'
import { Body, Id, JsonObject, Nullable, OneOf, PageQuery, Time, TimeInput } from '../../http/wire.ts'
import { contactsToClone } from './clone.ts'
import { reasonCodes } from './reports/diagnostics.ts'
import { outcomesWithPolicy } from './settings.ts'

const Name = Type.String({ minLength: 1, maxLength: 200, examples: ['Spring check-ups'] })
const Description = Type.String({ maxLength: 5_000, examples: ['Remind patients of their yearly check-up.'] })
const Version = Type.Integer({ minimum: 1, examples: [1] })
const StartOfHours = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'HH:MM in the zone of the campaign.',
  examples: ['09:00'],
})
const EndOfHours = Type.String({
  pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  description: 'HH:MM, up to 24:00, exclusive. An end before the start is on the next day.',
  examples: ['18:00'],
})
const ContactStartOfHours = Type.String({
  ...StartOfHours,
  description:
    'HH:MM in the zone of the contact. Null: contacts are called from 08:00 to 21:00 if the campaign has daily hours.',
})
const Zone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA time zone.',
  examples: ['Europe/Moscow'],
})
const Concurrent = Type.Integer({ minimum: 1, maximum: 10_000, examples: [5] })
const PerMinute = Type.Integer({ minimum: 1, maximum: 60_000, examples: [10] })
const Retries = Type.Integer({ minimum: 0, maximum: 100, examples: [3] })
const Delay = Type.Integer({ minimum: 0, maximum: 43_200, description: 'Minutes.', examples: [30] })
const Count = Type.Integer({ minimum: 0, examples: [200] })
const Status = OneOf(campaignStatuses)

const Days = Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
  minItems: 1,
  maxItems: 7,
  uniqueItems: true,
  description: 'Weekdays on which calling hours start: 1 (Monday) to 7 (Sunday). Null: every day.',
  examples: [[1, 2, 3, 4, 5]],
})
const Blackouts = Type.Array(Type.String({ format: 'date', examples: ['2026-12-25'] }), {
  maxItems: 1_000,
  description: 'Dates without calls, in the zone of the campaign and in the zone of the contact.',
})
const Weight = Type.Integer({ minimum: 1, maximum: 100, description: 'Share relative to other campaigns.' })
const CallerNumber = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Caller ID shown to the contact. Null: the default number of the carrier.',
  examples: ['+74951234567'],
})
const Seconds = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: 'Seconds.' })
const RingTimeout = Seconds(5, 120)
const MaxDuration = Seconds(10, 86_400)
const RetryPolicyShape = Type.Unsafe<RetryPolicy>(
  Type.Record(
    Type.String(),
    Body({
      max: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 100,
          description: 'Maximum number of retries after this outcome.',
        }),
      ),
      delays_minutes: Type.Optional(
        Type.Array(Type.Integer({ minimum: 0, maximum: 43_200 }), {
          minItems: 1,
          maxItems: 20,
          description:
            'Minutes before the first retry after this outcome, before the second, and so on. The last one repeats.',
        }),
      ),
    }),
    {
      description: `Retries per outcome, instead of the defaults. Outcomes: ${outcomesWithPolicy.join(', ')}.`,
      examples: [{ voicemail: { max: 1, delays_minutes: [240] } }],
    },
  ),
)

export const Campaign = Type.Object(
  {
    company_id: Id,
    id: Id,
    skillbase_id: Id,
    skillbase_version: Nullable(Version),
    name: Name,
    description: Nullable(Description),
    status: Status,
    status_reason: Nullable(Type.String({ examples: ['paused by a user'] })),
    start_time: Nullable(Time),
    end_time: Nullable(Time),
    daily_start_time: Nullable(StartOfHours),
    daily_end_time: Nullable(EndOfHours),
    timezone: Zone,
    days_of_week: Nullable(Days),
    blackout_dates: Blackouts,
    contact_daily_start_time: Nullable(ContactStartOfHours),
    contact_daily_end_time: Nullable(EndOfHours),
    max_concurrent_calls: Concurrent,
    calls_per_minute: PerMinute,
    max_retries: Retries,
    retry_delay_minutes: Delay,
    retry_policy: RetryPolicyShape,
    weight: Weight,
    caller_number: Nullable(CallerNumber),
    ring_timeout_sec: RingTimeout,
    max_call_duration_sec: MaxDuration,
    total_tasks: Count,
    completed_tasks: Count,
    failed_tasks: Count,
    started_at: Nullable(Time),
    ended_at: Nullable(Time),
    created_at: Time,
    updated_at: Time,
  },
  { $id: 'Campaign', description: 'Which contacts to call, with which skillbase, when, and how fast.' },
)

const editable = {
  name: Name,
  skillbase_id: Id,
  skillbase_version: Type.Optional(Nullable(Version)),
  description: Type.Optional(Nullable(Description)),
  start_time: Type.Optional(Nullable(TimeInput)),
  end_time: Type.Optional(Nullable(TimeInput)),
  daily_start_time: Type.Optional(Nullable(StartOfHours)),
  daily_end_time: Type.Optional(Nullable(EndOfHours)),
  timezone: Type.Optional(Zone),
  days_of_week: Type.Optional(Nullable(Days)),
  blackout_dates: Type.Optional(Blackouts),
  contact_daily_start_time: Type.Optional(Nullable(ContactStartOfHours)),
  contact_daily_end_time: Type.Optional(Nullable(EndOfHours)),
  max_concurrent_calls: Type.Optional(Concurrent),
  calls_per_minute: Type.Optional(PerMinute),
  max_retries: Type.Optional(Retries),
  retry_delay_minutes: Type.Optional(Delay),
  retry_policy: Type.Optional(RetryPolicyShape),
  weight: Type.Optional(Weight),
  caller_number: Type.Optional(Nullable(CallerNumber)),
  ring_timeout_sec: Type.Optional(RingTimeout),
  max_call_duration_sec: Type.Optional(MaxDuration),
}

export const CampaignInput = Body(editable)
export const CampaignChange = Body({
  ...editable,
  name: Type.Optional(Name),
  skillbase_id: Type.Optional(Id),
})

export const IfMatch = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag of the campaign as you read it. Returns 412 when it has changed.' }),
  ),
})

export const CampaignQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(Type.Array(Status, { description: 'One or more statuses.' })),
  skillbase_id: Type.Optional(Id),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Text in the name, ignoring case.' })),
})

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
      total: Count,
      live: Type.Integer({ description: 'Calls that have not ended.' }),
      by_status: Counts('Calls per status.'),
      by_outcome: Counts('Calls per outcome.'),
      average_duration_sec: Nullable(
        Type.Number({ description: 'Seconds. Null: no call has ended.', examples: [42.5] }),
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
        description: 'At the rate of the last 10 minutes, within calling hours. Null: not known.',
      }),
    ),
  },
  { $id: 'CampaignStats', description: 'Progress of a campaign, counted from its rows.' },
)

export const StopQuery = Type.Object({
  hang_up: Type.Optional(Type.Boolean({ description: 'Also end live calls.' })),
})

const Selection = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Optional(Type.Array(OneOf(values), { minItems: 1, uniqueItems: true, description }))

export const RestartInput = Nullable(
  Body({
    statuses: Selection(
      restartableTaskStatuses,
      'Statuses of the contacts to return to the queue. Default: failed.',
    ),
    outcomes: Selection(outcomes, 'Only contacts whose latest outcome is one of these.'),
  }),
)

export const CloneInput = Nullable(
  Body({
    name: Type.Optional(Name),
    contacts: Type.Optional(OneOf(contactsToClone, { description: 'Contacts to copy. Default: none.' })),
  }),
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
  },
  { $id: 'CampaignEvent', description: 'An entry in the log of a campaign.' },
)

const Opening = Type.Object({ start: Time, end: Time })

export const ScheduleQuery = Type.Object({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 14, description: 'Days ahead.' })),
})

export const Schedule = Type.Object(
  {
    campaign_id: Id,
    timezone: Zone,
    is_open: Type.Boolean(),
    openings: Type.Array(Opening, { description: 'When the campaign may dial; each end is exclusive.' }),
    zones: Type.Array(
      Type.Object({
        dial_timezone: Type.String({
          description: 'Possible zones of the contacts, joined by commas. Empty: the zone of the campaign.',
          examples: ['Asia/Vladivostok'],
        }),
        waiting: Type.Integer({ description: 'Contacts that wait for an attempt.' }),
        is_open: Type.Boolean(),
        next_opening: Nullable(Opening),
      }),
      { description: 'The 100 zones with the most waiting contacts, in descending order.' },
    ),
  },
  { $id: 'Schedule', description: 'When a campaign may dial.' },
)

export const Diagnostics = Type.Object(
  {
    campaign_id: Id,
    can_dial: Type.Boolean({ description: 'Whether at least one contact can be dialed now.' }),
    waiting: Count,
    in_progress: Count,
    dialable: Type.Integer({ description: 'Waiting contacts that can be dialed now.' }),
    reasons: Type.Array(
      Type.Object({
        code: OneOf(reasonCodes),
        detail: Type.String({ examples: ['no window is open for their zone'] }),
        contacts: Nullable(
          Type.Integer({ description: 'Contacts it applies to. Null: it applies to the whole campaign.' }),
        ),
        until: Nullable(Time),
      }),
    ),
  },
  { $id: 'Diagnostics', description: 'Why a campaign cannot dial now.' },
)
