import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { callStatuses, callStatusSynonyms } from '../../db/schema/index.ts'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { defineResource } from '../../http/resources.ts'
import {
  IdParams,
  Nullable,
  OneOf,
  OneOfDescribed,
  PageOf,
  PageQuery,
  Ref,
  Time,
  WithSynonyms,
} from '../../http/wire.ts'
import { Call } from '../calls/schema.ts'
import { listSetAsideCalls } from '../rollups/index.ts'
import { listSetAsideTranscripts } from '../search/index.ts'
import { CallMetrics, Turn } from '../telemetry/schema.ts'
import { filters, LimitQuery, PeriodQuery } from './query-schema.ts'
import { getCallDetail, listCallRows, listRecentCallRows } from './reports/calls.ts'
import { Name } from './wire.ts'

/** The metrics of a row, without the fields that the call itself has. */
const {
  company_id: _company,
  id: _id,
  call_id: _call,
  outcome: _outcome,
  turn_count: _turns,
  created_at: _created,
  updated_at: _updated,
  user_turn_count,
  bot_turn_count,
  is_derived,
  ...metrics
} = CallMetrics.properties
const { company_id: _callCompany, id: call_id, ...callProperties } = Call.properties

/** The properties of a call that a row includes. */
const listedProperties = Type.Pick(Type.Object(callProperties), [
  'external_call_id',
  'skillbase_id',
  'skillbase_version',
  'campaign_id',
  'direction',
  'caller_number',
  'callee_number',
  'status',
  'outcome',
  'is_outcome_classified',
  'ended_reason',
  'language',
  'rating',
  'is_dialed',
  'is_answered',
  'started_at',
  'dialed_at',
  'answered_at',
  'ended_at',
  'ring_sec',
  'duration_sec',
  'turn_count',
]).properties

const CallRow = Type.Object(
  {
    call_id,
    ...listedProperties,
    skillbase_name: Nullable(Name),
    campaign_name: Nullable(Name),
    ...metrics,
    user_turn_count: Nullable(user_turn_count),
    bot_turn_count: Nullable(bot_turn_count),
    is_derived: Nullable(is_derived),
  },
  {
    $id: 'CallRow',
    description:
      'A call with its metrics. Metrics are null while the call has not ended, and when they were not measured.',
  },
)

const CallDetail = Type.Object(
  {
    call: Ref(Call),
    metrics: Nullable(Ref(CallMetrics)),
    turns: Type.Array(
      Type.Pick(Turn, [
        'turn_index',
        'role',
        'state_id',
        'ttfb_stt',
        'latency_stt',
        'latency_llm',
        'ttfb_tts',
        'latency_tts',
        'eou_latency',
        'e2e_latency',
        'is_e2e_computed',
        'overlap_ms',
        'was_interrupted',
        'is_filler',
        'created_at',
      ]),
    ),
  },
  { $id: 'CallDetail' },
)

const SetAsideCall = Type.Object(
  {
    call_id,
    missing_in: OneOfDescribed(
      {
        rollups: 'The figures of GET /api/analytics/metrics.',
        search: 'The search of transcripts, the parameter `q` of GET /api/calls.',
      },
      'What lacks the call, or has it as it was before.',
    ),
    failures: Type.Integer({ minimum: 1, description: 'Failed attempts in a row.', examples: [3] }),
    error: Nullable(
      Type.String({
        description: 'Why the call could not be added.',
        examples: ['A number is out of range (22003).'],
      }),
    ),
    retry_at: Nullable(Time),
  },
  {
    $id: 'SetAsideCall',
    description:
      'A changed call that could not be added to the rollups or to the search of transcripts. It is tried again at `retry_at`.',
  },
)

const DurationBound = Type.Optional(Type.Number({ minimum: 0, maximum: 604_800 }))

const CallRowQuery = Type.Object({
  ...PageQuery,
  ...PeriodQuery,
  ...filters,
  status: Type.Optional(WithSynonyms(OneOf(callStatuses), callStatusSynonyms)),
  is_dialed: Type.Optional(
    Type.Boolean({
      default: true,
      description:
        'true: the calls that figures count. false: only the calls that ended without having been dialed.',
    }),
  ),
  min_duration_sec: DurationBound,
  max_duration_sec: DurationBound,
})

const tags = ['analytics']
const config = { scope: 'read' as const }

/** Single calls with their metrics: /api/analytics/calls and /api/dashboard/recent-calls. */
export const callRowRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [Call, CallMetrics, CallRow, CallDetail, SetAsideCall]) app.addSchema(schema)

  app.get(
    '/analytics/calls',
    {
      config,
      schema: {
        operationId: 'listCallsWithMetrics',
        summary: 'Calls of a period with their metrics, latest first',
        description:
          'Each item is a call with its metrics side by side, for tables. Filters combine with AND; without `start` and `end` the period is the last 30 days.',
        tags,
        querystring: CallRowQuery,
        response: { 200: PageOf(Ref(CallRow)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) => listCallRows(tx, request.query, request.query, now())),
  )

  app.get(
    '/analytics/calls/:id/metrics',
    {
      config: { ...config, resource: defineResource({ schema: CallDetail }) },
      schema: {
        operationId: 'getCallDetail',
        summary: 'A call with its metrics and the latencies of each turn',
        description:
          'The call, its metrics and the measured latencies of each turn, without the texts; the transcript has an operation of its own.',
        tags,
        params: IdParams,
        response: { 200: Ref(CallDetail) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCallDetail(tx, request.params.id)),
  )

  app.get(
    '/analytics/set-aside-calls',
    {
      config,
      schema: {
        operationId: 'listSetAsideCalls',
        summary:
          'Changed calls that could not be added to the rollups or to the search of transcripts, with the reason',
        description:
          'For operators: figures or searches, as `missing_in` names them, lack these calls until they can be added. Each is tried again at `retry_at` with growing pauses. Up to `limit` calls that figures lack, oldest first, then as many that searches lack.',
        tags,
        querystring: LimitQuery,
        response: { 200: Type.Object({ items: Type.Array(Ref(SetAsideCall)) }) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), async (tx) => {
        const limit = request.query.limit ?? 10
        const rollups = await listSetAsideCalls(tx, limit)
        const search = await listSetAsideTranscripts(tx, limit)
        return {
          items: [
            ...rollups.map((call) => ({ ...call, missing_in: 'rollups' as const })),
            ...search.map((call) => ({ ...call, missing_in: 'search' as const })),
          ],
        }
      }),
  )

  app.get(
    '/dashboard/recent-calls',
    {
      config,
      schema: {
        operationId: 'listRecentCalls',
        summary: 'The latest calls with their metrics',
        description: 'The start page of a dashboard. Live calls are included; their metrics are null.',
        tags: ['dashboard'],
        querystring: LimitQuery,
        response: { 200: Type.Object({ items: Type.Array(Ref(CallRow)) }) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), async (tx) => ({
        items: await listRecentCallRows(tx, request.query.limit ?? 10),
      })),
  )
}
