import { Type } from '@sinclair/typebox'
import { campaignStatuses } from '../../db/schema/index.ts'
import { Body, Id, Nullable, OneOf, PageQuery, Time, TimeInput } from '../../http/wire.ts'

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
    max_concurrent_calls: Concurrent,
    calls_per_minute: PerMinute,
    max_retries: Retries,
    retry_delay_minutes: Delay,
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
  max_concurrent_calls: Type.Optional(Concurrent),
  calls_per_minute: Type.Optional(PerMinute),
  max_retries: Type.Optional(Retries),
  retry_delay_minutes: Type.Optional(Delay),
}

export const CampaignInput = Body(editable)
export const CampaignChange = Body({
  ...editable,
  name: Type.Optional(Name),
  skillbase_id: Type.Optional(Id),
})

/** A move takes no body, or an empty one. */
export const MoveInput = Nullable(Body({}))

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
  },
  { $id: 'CampaignStats', description: 'Counted from rows at this moment.' },
)
