import { Type } from '@sinclair/typebox'
import { campaignStatuses, outcomes, type RetryPolicy } from '../../db/schema/index.ts'
import { Body, Id, JsonObject, Nullable, OneOf, PageQuery, Time, TimeInput } from '../../http/wire.ts'
import { restartableStatuses } from '../call-tasks/index.ts'
import { contactsToClone } from './clone.ts'
import { reasonCodes } from './reports/diagnostics.ts'

const Name = Type.String({ minLength: 1, maxLength: 200, examples: ['Spring check-ups'] })
const Description = Type.String({ maxLength: 5_000, examples: ['Remind patients of their yearly check-up.'] })
const Version = Type.Integer({ minimum: 1, examples: [1] })
const From = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'HH:MM in the zone of the campaign.',
  examples: ['09:00'],
})
const To = Type.String({
  pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  description: 'HH:MM, to 24:00; not included. Before daily_start_time it lies on the next day.',
  examples: ['18:00'],
})
const ContactFrom = Type.String({
  ...From,
  description: 'HH:MM by the clock of the contact; null: 08:00 to 21:00 where there are daily times.',
})
const Zone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA zone.',
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
  description: '1 (Monday) to 7: days on which windows begin.',
  examples: [[1, 2, 3, 4, 5]],
})
const Blackouts = Type.Array(Type.String({ format: 'date', examples: ['2026-12-25'] }), {
  maxItems: 1_000,
  description: 'Dates on which nobody is called, in the zone of the campaign and of the contact.',
})
const Weight = Type.Integer({ minimum: 1, maximum: 100, description: 'Its share beside other campaigns.' })
const CallerNumber = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'The number that is shown; null: that of the carrier.',
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
        Type.Integer({ minimum: 0, maximum: 100, description: 'Attempts after one with this outcome.' }),
      ),
      delays_minutes: Type.Optional(
        Type.Array(Type.Integer({ minimum: 0, maximum: 43_200 }), {
          minItems: 1,
          maxItems: 20,
          description: 'Minutes to the next attempt after the first, the second ...; the last one repeats.',
        }),
      ),
    }),
    {
      description: `What differs from the usual after an outcome (${outcomes.slice(0, 9).join(', ')}, agent_error, lost).`,
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
    daily_start_time: Nullable(From),
    daily_end_time: Nullable(To),
    timezone: Zone,
    days_of_week: Nullable(Days),
    blackout_dates: Blackouts,
    contact_daily_start_time: Nullable(ContactFrom),
    contact_daily_end_time: Nullable(To),
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
  { $id: 'Campaign', description: 'Whom to call, with which skillbase, when, how fast, how often again.' },
)

const editable = {
  name: Name,
  skillbase_id: Id,
  skillbase_version: Type.Optional(Nullable(Version)),
  description: Type.Optional(Nullable(Description)),
  start_time: Type.Optional(Nullable(TimeInput)),
  end_time: Type.Optional(Nullable(TimeInput)),
  daily_start_time: Type.Optional(Nullable(From)),
  daily_end_time: Type.Optional(Nullable(To)),
  timezone: Type.Optional(Zone),
  days_of_week: Type.Optional(Nullable(Days)),
  blackout_dates: Type.Optional(Blackouts),
  contact_daily_start_time: Type.Optional(Nullable(ContactFrom)),
  contact_daily_end_time: Type.Optional(Nullable(To)),
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
    Type.String({ description: 'The ETag you read: refused (412) when it changed since.' }),
  ),
})

export const CampaignQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(Type.Array(Status, { description: 'One or several.' })),
  skillbase_id: Type.Optional(Id),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Found in the name.' })),
})

const Tally = (description: string) =>
  Type.Record(Type.String(), Type.Integer(), { description, examples: [{ success: 3 }] })

export const CampaignStats = Type.Object(
  {
    campaign_id: Id,
    tasks: Type.Object({
      total: Count,
      open: Type.Integer({ description: 'pending, in_progress and retry.' }),
      done: Type.Integer({ description: 'All others.' }),
      by_status: Tally('Tasks by state; a state without tasks is left out.'),
      by_outcome: Tally('Tasks by the outcome of their latest attempt.'),
    }),
    calls: Type.Object({
      total: Count,
      live: Type.Integer({ description: 'In no final state.' }),
      by_status: Tally('Calls by state.'),
      by_outcome: Tally('Calls by outcome.'),
      average_duration_sec: Nullable(
        Type.Number({ description: 'Seconds; null without ended calls.', examples: [42.5] }),
      ),
    }),
    attempts: Type.Integer({ description: 'Attempts that counted, over all tasks.' }),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'done / total; 0 without tasks.' }),
    calls_last_minute: Type.Integer({ description: 'Attempts that began in the last 60 s.', examples: [10] }),
    expected_end_at: Nullable(
      Type.Unsafe<Date>({
        ...Time,
        description: 'At the pace of the last ten minutes, in its windows; null where that says nothing.',
      }),
    ),
  },
  { $id: 'CampaignStats', description: 'Counted from rows at this moment.' },
)

/** What a stop does with live calls. */
export const StopQuery = Type.Object({
  hang_up: Type.Optional(Type.Boolean({ description: 'Ends live calls too.' })),
})

export const RestartInput = Nullable(
  Body({
    statuses: Type.Optional(
      Type.Array(OneOf(restartableStatuses), {
        minItems: 1,
        uniqueItems: true,
        description: 'Whom to take up again; without it those that failed.',
      }),
    ),
    outcomes: Type.Optional(
      Type.Array(OneOf(outcomes), {
        minItems: 1,
        uniqueItems: true,
        description: 'Only with these outcomes.',
      }),
    ),
  }),
)

export const CloneInput = Nullable(
  Body({
    name: Type.Optional(Name),
    contacts: Type.Optional(
      OneOf(contactsToClone, { description: 'Whose contacts it begins with; without it nobody.' }),
    ),
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
  { $id: 'CampaignEvent', description: 'Something that happened to a campaign.' },
)

const Opening = Type.Object({ start: Time, end: Time })

export const ScheduleQuery = Type.Object({
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 14, description: 'How far ahead.' })),
})

export const Schedule = Type.Object(
  {
    campaign_id: Id,
    timezone: Zone,
    is_open: Type.Boolean(),
    openings: Type.Array(Opening, { description: 'When the campaign may dial, half-open.' }),
    zones: Type.Array(
      Type.Object({
        dial_timezone: Type.String({
          description: 'Zones of contacts, joined by commas; empty: that of the campaign.',
          examples: ['Asia/Vladivostok'],
        }),
        waiting: Type.Integer({ description: 'Contacts that wait.' }),
        is_open: Type.Boolean(),
        next_opening: Nullable(Opening),
      }),
      {
        description:
          'For waiting contacts, by the zones they are in; those with most come first, 100 at most.',
      },
    ),
  },
  { $id: 'Schedule', description: 'When a campaign may dial.' },
)

export const Diagnostics = Type.Object(
  {
    campaign_id: Id,
    can_dial: Type.Boolean({ description: 'Somebody could be dialed this moment.' }),
    waiting: Count,
    in_progress: Count,
    dialable: Type.Integer({ description: 'Waiting, due, in an open window, not suppressed, in no call.' }),
    reasons: Type.Array(
      Type.Object({
        code: OneOf(reasonCodes),
        detail: Type.String({ examples: ['no window is open for their zone'] }),
        contacts: Nullable(
          Type.Integer({ description: 'Whom it keeps waiting; null: it is of the campaign as a whole.' }),
        ),
        until: Nullable(Time),
      }),
    ),
  },
  { $id: 'Diagnostics', description: 'Why a campaign is not dialing right now.' },
)
