import { Type } from '@sinclair/typebox'
import {
  campaignStatusDescriptions,
  campaignStatusSynonyms,
  type campaigns,
  completionRuleDescriptions,
  type RetryPolicy,
  unknownZoneDescriptions,
  versionPinningDescriptions,
} from '../../db/schema/index.ts'
import {
  Body,
  Id,
  Nullable,
  OneOfDescribed,
  PageQuery,
  type RowFields,
  Time,
  TimeInput,
  VisibleText,
  WithSynonyms,
} from '../../http/wire.ts'
import { campaignWarningDescriptions } from './hours/warnings.ts'
import { outcomesWithPolicy } from './settings.ts'

export const Name = VisibleText(200, { examples: ['Spring check-ups'] })
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
    'HH:MM in the zone of the contact. Null: the customary hours of its country, at most 09:00 to 20:00. For calls around the clock set 00:00 and 24:00.',
})
export const Zone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'IANA time zone.',
  examples: ['Europe/Moscow'],
})
const UnknownZone = OneOfDescribed(
  unknownZoneDescriptions,
  'How a contact is called who may be in several time zones.',
)
const VersionPinning = OneOfDescribed(
  versionPinningDescriptions,
  'Which version a campaign without a skillbase_version runs. It applies until the campaign has started.',
)
const Completes = OneOfDescribed(completionRuleDescriptions, 'When the campaign is completed.')
const Concurrent = Type.Integer({ minimum: 1, maximum: 10_000, examples: [5] })
const PerMinute = Type.Integer({ minimum: 1, maximum: 60_000, examples: [10] })
const Attempts = Type.Integer({
  minimum: 1,
  maximum: 1_000,
  description:
    'Maximum number of attempts of a contact that count, whatever their outcomes: also where retry_policy and callbacks allow more. A restart begins a new count. Null: no overall maximum.',
  examples: [6],
})
const Retries = Type.Integer({ minimum: 0, maximum: 100, examples: [3] })
const Delay = Type.Integer({ minimum: 0, maximum: 43_200, description: 'Minutes.', examples: [30] })
export const Count = Type.Integer({ minimum: 0, examples: [200] })
const Status = OneOfDescribed(campaignStatusDescriptions)

const Days = Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
  minItems: 1,
  maxItems: 7,
  uniqueItems: true,
  description:
    'Weekdays on which calling windows begin, by the clock of the contact: 1 (Monday) to 7 (Sunday). Null: every day.',
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
    Body(
      {
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
      },
      { title: 'OutcomeRetries', description: 'The retries after one outcome.' },
    ),
    {
      maxProperties: outcomesWithPolicy.length,
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
    skillbase_version_pinned_at: Nullable(
      Type.Unsafe<Date>({
        ...Time,
        description:
          'When a start set skillbase_version to the version that was published then. Null: no start has, or the caller chose the version.',
      }),
    ),
    version_pinning: VersionPinning,
    completes: Completes,
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
    unknown_zone: UnknownZone,
    max_concurrent_calls: Concurrent,
    calls_per_minute: PerMinute,
    max_attempts: Nullable(Attempts),
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
  } satisfies RowFields<typeof campaigns>,
  { $id: 'Campaign', description: 'Which contacts to call, with which skillbase, when, and how fast.' },
)

export const Warnings = Type.Array(
  Type.Object(
    {
      code: OneOfDescribed(campaignWarningDescriptions),
      detail: Type.String({ examples: ['Contacts are called around the clock, also at night, because ...'] }),
    },
    { title: 'CampaignWarning' },
  ),
  { description: 'What to know before the campaign calls anybody. It can be started all the same.' },
)

export const CampaignWithWarnings = Type.Object(
  { ...Campaign.properties, warnings: Warnings },
  {
    $id: 'CampaignWithWarnings',
    description: 'A campaign, and warnings about its calling hours and the data of its contacts.',
  },
)

const editable = {
  name: Name,
  skillbase_id: Id,
  skillbase_version: Type.Optional(Nullable(Version)),
  version_pinning: Type.Optional(VersionPinning),
  completes: Type.Optional(Completes),
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
  unknown_zone: Type.Optional(UnknownZone),
  max_concurrent_calls: Type.Optional(Concurrent),
  calls_per_minute: Type.Optional(PerMinute),
  max_attempts: Type.Optional(Nullable(Attempts)),
  max_retries: Type.Optional(Retries),
  retry_delay_minutes: Type.Optional(Delay),
  retry_policy: Type.Optional(RetryPolicyShape),
  weight: Type.Optional(Weight),
  caller_number: Type.Optional(Nullable(CallerNumber)),
  ring_timeout_sec: Type.Optional(RingTimeout),
  max_call_duration_sec: Type.Optional(MaxDuration),
}

export const CampaignInput = Body(editable, {
  examples: [
    {
      name: 'Spring check-ups',
      skillbase_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
      description: 'Remind patients of their yearly check-up.',
      timezone: 'Europe/Moscow',
      daily_start_time: '09:00',
      daily_end_time: '18:00',
      days_of_week: [1, 2, 3, 4, 5],
      max_concurrent_calls: 5,
      calls_per_minute: 10,
      max_retries: 3,
      retry_delay_minutes: 30,
      retry_policy: { voicemail: { max: 1, delays_minutes: [240] } },
    },
  ],
})
export const CampaignChange = Body(
  {
    ...editable,
    name: Type.Optional(Name),
    skillbase_id: Type.Optional(Id),
  },
  { examples: [{ calls_per_minute: 20, max_concurrent_calls: 10, days_of_week: [1, 2, 3, 4, 5, 6] }] },
)

export const CampaignQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(
    Type.Array(WithSynonyms(Status, campaignStatusSynonyms), {
      maxItems: Object.keys(campaignStatusDescriptions).length,
      uniqueItems: true,
      description: 'One or more statuses.',
    }),
  ),
  skillbase_id: Type.Optional(Id),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Text in the name, ignoring case.' })),
})
