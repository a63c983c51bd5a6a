import { Type } from '@sinclair/typebox'
import { campaignStatuses, campaignStatusSynonyms, directions } from '../../db/schema/index.ts'
import { Body, Id, OneOf, PageQuery, PeriodBound, Timezone, WithSynonyms } from '../../http/wire.ts'
import { buckets, maxBuckets } from './aggregate/calendar.ts'
import { dimensions } from './aggregate/filters.ts'
import { Outcome } from './wire.ts'

/** The queries of reports. */

export const LimitQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 10 })),
})

export const ZoneQuery = { timezone: Type.Optional(Timezone) }
export const PeriodQuery = {
  start: Type.Optional(PeriodBound),
  end: Type.Optional(PeriodBound),
  ...ZoneQuery,
}

export const filters = {
  skillbase_id: Type.Optional(Id),
  skillbase_version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  campaign_id: Type.Optional(Id),
  direction: Type.Optional(OneOf(directions)),
  outcome: Type.Optional(Outcome),
}

const grouping = {
  group_by: Type.Optional(
    Type.Array(OneOf(dimensions), {
      minItems: 1,
      maxItems: 2,
      uniqueItems: true,
      description: 'One or two dimensions. In a URL, repeat the parameter or separate them with a comma.',
      examples: [['outcome']],
    }),
  ),
}

const bucketing = {
  bucket: Type.Optional(
    OneOf(buckets, {
      description: `Size of the time buckets. GET /api/analytics/timeseries uses days when it is absent. A response has at most ${maxBuckets} buckets.`,
    }),
  ),
}

/** Query of the overview and of the cost report. */
export const ReportQuery = Type.Object({ ...PeriodQuery, ...filters })
export const MetricsQuery = Type.Object({ ...PeriodQuery, ...filters, ...grouping })
export const TimeseriesQuery = Type.Object({ ...PeriodQuery, ...filters, ...bucketing })

export const CampaignRowQuery = Type.Object({
  ...PageQuery,
  ...PeriodQuery,
  ...filters,
  status: Type.Optional(WithSynonyms(OneOf(campaignStatuses), campaignStatusSynonyms)),
})

export const QueriesInput = Body({
  queries: Type.Record(
    Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' }),
    Body(
      { ...PeriodQuery, ...filters, ...grouping, ...bucketing },
      { title: 'MetricsQuery', description: 'One query.' },
    ),
    {
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 10,
      description:
        'Up to ten queries by name: at most 64 letters, digits, "_" and "-", starting with a letter. A query with `bucket` returns a time series, any other returns metrics.',
      examples: [
        { by_outcome: { group_by: ['outcome'] }, by_day: { bucket: 'day', timezone: 'Europe/Moscow' } },
      ],
    },
  ),
})
