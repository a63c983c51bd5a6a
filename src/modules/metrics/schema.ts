import { type TSchema, Type } from '@sinclair/typebox'
import { campaignStatuses, latencies } from '../../db/schema/index.ts'
import { Id, Money, Nullable, OneOf, Ref, Time, Timezone } from '../../http/wire.ts'
import { buckets } from './aggregate/calendar.ts'
import { dimensions } from './aggregate/filters.ts'
import { maxGroups } from './reports/metrics.ts'
import {
  Amount,
  AnswerRate,
  CallCounts,
  CostFigures,
  Count,
  DurationFigures,
  InterruptionFigures,
  LatencyFigures,
  Name,
  OutcomeCounts,
  OverlapFigures,
  propertyForEach,
  RingFigures,
  Share,
  SuccessRate,
  UsageFigures,
} from './wire.ts'

/** The figures of a set of calls. */
export const figures = {
  calls: Ref(CallCounts),
  answer_rate: AnswerRate,
  success_rate: SuccessRate,
  turns: Count,
  ring: RingFigures,
  duration: DurationFigures,
  latency: Type.Object(propertyForEach(latencies, Ref(LatencyFigures)), {
    title: 'LatencyFiguresByStage',
    description: 'Latencies of each stage of a reply.',
  }),
  usage: Ref(UsageFigures),
  cost: Ref(CostFigures),
  outcomes: Ref(OutcomeCounts),
  interruption: InterruptionFigures,
  overlap: OverlapFigures,
  calls_without_turns: Type.Integer({
    minimum: 0,
    description:
      'Calls measured by an agent that reports no turns. Latencies and overlaps do not include them.',
    examples: [0],
  }),
}

export const zonedPeriod = { start: Time, end: Time, timezone: Timezone }

const Key = Nullable(Type.String({ examples: ['success'] }))
const GroupValue = Type.Union([
  Type.Integer({ examples: [14] }),
  Type.String({ examples: ['success'] }),
  Type.Null(),
])

const Group = Type.Object(
  {
    key: Key,
    values: Type.Partial(Type.Object(propertyForEach(dimensions, GroupValue)), {
      examples: [{ outcome: 'success' }],
    }),
    names: Type.Object(
      { campaign: Type.Optional(Nullable(Name)), skillbase: Type.Optional(Nullable(Name)) },
      { examples: [{}] },
    ),
    ...figures,
  },
  {
    $id: 'MetricsGroup',
    description:
      'Calls that have the same value in each requested dimension. `key` is the values as text, joined by "/"; it is null when the calls have no value in any dimension. Hours are 0 to 23, weekdays 1 (Monday) to 7.',
  },
)

export const Metrics = Type.Object(
  {
    ...zonedPeriod,
    ...figures,
    groups: Type.Optional(Type.Array(Ref(Group))),
    groups_left_out: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: `Number of groups that are not listed. The ${maxGroups} groups with the most calls are listed.`,
        examples: [0],
      }),
    ),
  },
  { $id: 'Metrics' },
)

const BucketFigures = Type.Object(
  {
    start: Time,
    end: Time,
    is_partial: Type.Boolean({
      description: 'The period covers only a part of the bucket; only calls in the period are counted.',
    }),
    ...figures,
  },
  { $id: 'MetricsBucket' },
)

export const Timeseries = Type.Object(
  { ...zonedPeriod, bucket: OneOf(buckets), buckets: Type.Array(Ref(BucketFigures)) },
  { $id: 'Timeseries' },
)

/** @param title the name of the schema in the OpenAPI document */
const compared = <S extends TSchema>(schema: S, title: string) =>
  Type.Object(
    {
      value: Nullable(schema),
      previous: Nullable(schema),
      change: Nullable(Type.Number({ examples: [0.25] })),
    },
    { title },
  )

export const Overview = Type.Object(
  {
    ...zonedPeriod,
    previous_start: Time,
    previous_end: Time,
    ...propertyForEach(
      ['calls', 'completed_calls', 'failed_calls', 'turns'] as const,
      compared(Count, 'CountChange'),
    ),
    ...propertyForEach(
      ['dialed_calls', 'answered_calls', 'not_dialed_calls'] as const,
      compared(Count, 'CountChange'),
    ),
    ...propertyForEach(
      ['answer_rate', 'success_rate', 'interruption_rate', 'overlap_rate'] as const,
      compared(Share, 'ShareChange'),
    ),
    ...propertyForEach(
      [
        'interruptions_per_turn',
        'ring_avg_sec',
        'duration_avg_sec',
        'duration_sum_sec',
        'e2e_latency_p50',
        'e2e_latency_p95',
        'eou_latency_p50',
        'eou_latency_p95',
      ] as const,
      compared(Amount, 'AmountChange'),
    ),
    ...propertyForEach(
      ['cost_total', 'cost_per_call', 'cost_per_minute'] as const,
      compared(Money, 'MoneyChange'),
    ),
  },
  {
    $id: 'Overview',
    description:
      'The period compared with the one before it, which is exactly as long: 30 days are 720 hours, also where clocks change. `change` is a share of the previous value: 0.25 is a quarter more. null: nothing to compare with. Figures, and the calls that averages are over, are those of GET /api/analytics/metrics: `duration_avg_sec` is over answered calls, `ring_avg_sec` over dialed ones.',
  },
)

const costs = { calls: Count, cost: Ref(CostFigures), usage: Ref(UsageFigures) }

export const CostReport = Type.Object(
  {
    ...zonedPeriod,
    ...costs,
    by_day: Type.Array(Type.Object({ start: Time, end: Time, ...costs }, { title: 'CostsOfDay' })),
    by_skillbase: Type.Array(
      Type.Object(
        { skillbase_id: Nullable(Id), name: Nullable(Name), ...costs },
        { title: 'CostsOfSkillbase' },
      ),
    ),
    by_campaign: Type.Array(
      Type.Object(
        { campaign_id: Nullable(Id), name: Nullable(Name), ...costs },
        { title: 'CostsOfCampaign' },
      ),
    ),
  },
  {
    $id: 'CostReport',
    description: `Cost and usage of calls. Skillbases and campaigns are listed by total cost, highest first, at most ${maxGroups}.`,
  },
)

export const campaignProgress = {
  campaign_id: Id,
  name: Name,
  status: OneOf(campaignStatuses),
  status_reason: Nullable(Type.String({ examples: ['paused by a user'] })),
  skillbase_id: Id,
  ...propertyForEach(['total_tasks', 'completed_tasks', 'failed_tasks'] as const, Count),
  progress: Nullable(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Share of the tasks that are completed or failed.',
      examples: [0.4],
    }),
  ),
  started_at: Nullable(Time),
  ended_at: Nullable(Time),
  created_at: Time,
}

export const CampaignRow = Type.Object({ ...campaignProgress, ...figures }, { $id: 'CampaignRow' })

export const QueryResults = Type.Object(
  {
    results: Type.Record(Type.String(), Type.Union([Ref(Timeseries), Ref(Metrics)]), {
      description: 'One result per query, under its name.',
    }),
  },
  { $id: 'QueryResults' },
)

/** Schemas that routes refer to by `$id`. */
export const namedSchemas = [
  LatencyFigures,
  CostFigures,
  UsageFigures,
  CallCounts,
  OutcomeCounts,
  Group,
  Metrics,
  BucketFigures,
  Timeseries,
  Overview,
  CostReport,
  CampaignRow,
  QueryResults,
]
