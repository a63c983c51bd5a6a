import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { callerOf, companyOf } from '../../http/auth.ts'
import { CsvResponse, sendCsv } from '../../http/csv-response.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { withStorableFields } from '../../lib/report-warnings.ts'
import { parseBounds } from '../../lib/time/instants.ts'
import { lockCall } from '../calls/index.ts'
import { Call } from '../calls/schema.ts'
import { deleteMetrics, findMetrics, getMetrics, listMetrics, putMetrics } from './call-metrics.ts'
import { completeCall } from './complete-call.ts'
import { exportMetrics, metricsExportColumns } from './export-metrics.ts'
import { createGroupCommit } from './ingest/group-commit.ts'
import { ingestTelemetry } from './ingest/ingest-telemetry.ts'
import { validateTurns } from './ingest/ingest-turns.ts'
import { CompletionInput } from './ingest/input-schema.ts'
import { readCompletion } from './read-completion.ts'
import { TelemetryInput, TurnsInput } from './report-schema.ts'
import {
  CallMetrics,
  CallMetricsInput,
  CallMetricsWithWarnings,
  CompletedCall,
  IngestResult,
  MetricsExportQuery,
  MetricsQuery,
  TelemetryResult,
  Transcript,
  Turn,
} from './schema.ts'
import { getTranscript, listTurns } from './turns.ts'

const tags = ['calls']
const ingest = { scope: ['ingest', 'write', 'call'] as const }
const read = { scope: 'read' as const }
const endedCall = {
  ...defineResource({ schema: Call, lock: (tx: Tx, { id }) => lockCall(tx, id) }),
  part: 'call',
}
const metricsResource = defineResource({
  schema: CallMetrics,
  lock: async (tx: Tx, { id }) => {
    await lockCall(tx, id)
    return findMetrics(tx, id)
  },
})

/** Turns, completions and metrics of calls. */
export const telemetryRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  const commitTurns = createGroupCommit(db, now)
  for (const schema of [Call, IngestResult, TelemetryResult, CallMetrics, CompletedCall, Turn, Transcript])
    app.addSchema(schema)
  app.addSchema(CallMetricsWithWarnings)

  app.post(
    '/calls/:id/turns',
    {
      config: { ...ingest, isRepeatable: true },
      schema: {
        operationId: 'addCallTurns',
        summary: 'Add turns to a call; a turn that is sent again is stored once',
        description:
          'Up to 1,000 turns, in any order. A turn is identified by its index: one that is sent again fills values that were missing and changes nothing else. An invalid turn is listed in `rejected` and does not fail the others. Turns are accepted before and after the end of the call.',
        tags,
        params: IdParams,
        body: TurnsInput,
        response: { 200: Ref(IngestResult) },
      },
    },
    (request) => commitTurns(companyOf(request), validateTurns(request.params.id, request.body.turns)),
  )

  app.post(
    '/calls/:id/complete',
    {
      config: { ...ingest, isRepeatable: true, resource: endedCall },
      schema: {
        operationId: 'completeCall',
        summary: 'End a call and derive its metrics; sent again, it only fills missing values',
        description:
          'The call becomes completed, failed or cancelled; that state never changes. Metrics are derived from its turns, costs are calculated, and the contact of a campaign is settled. Sent again it fills values that were missing. Without a status, the outcome decides it.',
        tags,
        params: IdParams,
        body: CompletionInput,
        response: { 200: Ref(CompletedCall) },
      },
    },
    async (request) => {
      const { completion, warnings } = readCompletion(request.body)
      const completed = await changeInCompany(db, request, (tx) =>
        completeCall(tx, request.params.id, completion, now()),
      )
      return { ...completed, warnings: [...warnings, ...completed.warnings] }
    },
  )

  app.post(
    '/telemetry',
    {
      config: { ...ingest, isRepeatable: true },
      schema: {
        operationId: 'addTelemetry',
        summary: 'Add turns and completions of many calls; each item is accepted or rejected on its own',
        description:
          'Up to 1,000 turns and 200 completions, for agents that report in batches. Items of unknown calls are rejected with their pointer.',
        tags,
        body: TelemetryInput,
        response: { 200: Ref(TelemetryResult) },
      },
    },
    (request) => {
      const { call_id } = callerOf(request)
      return ingestTelemetry(db, commitTurns, companyOf(request), request.body, now(), call_id)
    },
  )

  app.get(
    '/calls/:id/transcript',
    {
      config: { ...read, resource: defineResource({ schema: Transcript }) },
      schema: {
        operationId: 'getCallTranscript',
        summary: 'Get the transcript of a call',
        description: 'Texts in the order of the turns, without measurements.',
        tags,
        params: IdParams,
        response: { 200: Ref(Transcript) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getTranscript(tx, request.params.id)),
  )

  app.get(
    '/calls/:id/logs',
    {
      config: read,
      schema: {
        operationId: 'listCallTurns',
        summary: 'List the turns of a call with their measurements, first turn first',
        description: 'Every measured value of each turn. Values that were not measured are null.',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(Turn)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listTurns(tx, request.params.id, request.query)),
  )

  app.get(
    '/calls/:id/metrics',
    {
      config: { ...read, resource: metricsResource },
      schema: {
        operationId: 'getCallMetrics',
        summary: 'Get the metrics of a call',
        description:
          'Returns 404 `call_metrics_not_found` until the call has ended, and for calls without any measurement.',
        tags,
        params: IdParams,
        response: { 200: Ref(CallMetrics) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getMetrics(tx, request.params.id)),
  )

  app.put(
    '/calls/:id/metrics',
    {
      config: { scope: ['ingest', 'write'], resource: metricsResource },
      schema: {
        operationId: 'putCallMetrics',
        summary:
          'Set the metrics of a call whose agent reports no turns; values derived from turns replace them',
        description:
          'Given values replace stored ones; absent ones stay. The metrics are created if there are none. Values that cannot be used are reported in `warnings`.',
        tags,
        params: IdParams,
        body: CallMetricsInput,
        response: { 200: Ref(CallMetricsWithWarnings) },
      },
    },
    async (request) => {
      const { stored, warnings } = withStorableFields(request.body)
      const updated = await changeInCompany(db, request, (tx) =>
        putMetrics(tx, request.params.id, stored, now()),
      )
      return { ...updated.metrics, warnings: [...warnings, ...updated.warnings] }
    },
  )

  app.delete(
    '/calls/:id/metrics',
    {
      config: { scope: 'write', resource: metricsResource },
      schema: {
        operationId: 'deleteCallMetrics',
        summary: 'Delete the metrics of a call, but not its turns',
        description:
          'The call no longer counts in metrics of latencies and usage. When it is completed again, its metrics are derived again from its turns.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteMetrics(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/call-metrics/export',
    {
      config: read,
      schema: {
        operationId: 'exportCallMetrics',
        summary: 'Export metrics of calls as a CSV file, latest call first',
        description: 'One row per call that has metrics, without a maximum number of rows.',
        tags,
        querystring: MetricsExportQuery,
        response: { 200: CsvResponse('call_id,started_at,outcome\r\n') },
      },
    },
    (request, reply) => {
      const filter = { ...request.query, ...parseBounds(request.query) }
      const file = { name: 'call-metrics', columns: metricsExportColumns, format: request.query }
      return sendCsv(request, reply, file, (sink) => exportMetrics(db, companyOf(request), filter, sink))
    },
  )

  app.get(
    '/call-metrics',
    {
      config: read,
      schema: {
        operationId: 'listCallMetrics',
        summary: 'List metrics of calls, latest call first',
        description: 'Filters are about the calls and combine with AND.',
        tags,
        querystring: MetricsQuery,
        response: { 200: PageOf(Ref(CallMetrics)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) =>
        listMetrics(tx, { ...request.query, ...parseBounds(request.query) }, request.query),
      ),
  )
}
