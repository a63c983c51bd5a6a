import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { inCompany, readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { callerOf, companyOf } from '../../http/auth.ts'
import { Csv, sendCsv } from '../../http/csv.ts'
import { IdParams, Named, Nothing, PageOf, PageQuery } from '../../http/wire.ts'
import { boundsOf, instantOrNull } from '../../lib/time.ts'
import { Call } from '../calls/schema.ts'
import { ingestTelemetry } from './batch.ts'
import { completeCall } from './complete.ts'
import { exportMetrics, metricsColumns } from './export.ts'
import { gatherTurns } from './gather.ts'
import { readTurns } from './ingest.ts'
import { CompletionInput } from './items.ts'
import { deleteMetrics, getMetrics, getTranscript, listMetrics, listTurns, putMetrics } from './metrics.ts'
import {
  CallMetrics,
  CallMetricsInput,
  Completed,
  MetricsExportQuery,
  MetricsQuery,
  Taken,
  TelemetryInput,
  TelemetryTaken,
  Transcript,
  Turn,
  TurnsInput,
} from './schema.ts'

const tags = ['calls']
const ingest = { scope: ['ingest', 'write', 'call'] as const }
const read = { scope: 'read' as const }

/** What agents report, and what it adds up to. */
export const telemetryRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  const takeTurns = gatherTurns(db)
  for (const schema of [Call, Taken, TelemetryTaken, CallMetrics, Completed, Turn, Transcript])
    app.addSchema(schema)

  app.post(
    '/api/calls/:id/turns',
    {
      config: ingest,
      schema: {
        operationId: 'addTurns',
        summary: 'Store turns, each once by its index; sent again, nothing is doubled',
        tags,
        params: IdParams,
        body: TurnsInput,
        response: { 200: Named(Taken) },
      },
    },
    (request) => takeTurns(companyOf(request), readTurns(request.params.id, request.body.turns)),
  )

  app.post(
    '/api/calls/:id/complete',
    {
      config: ingest,
      schema: {
        operationId: 'completeCall',
        summary: 'End a call and derive its metrics; said again, only what was not known is filled',
        tags,
        params: IdParams,
        body: CompletionInput,
        response: { 200: Named(Completed) },
      },
    },
    (request) => {
      const ended_at = instantOrNull(request.body.ended_at, '/ended_at') ?? undefined
      return inCompany(db, companyOf(request), (tx) =>
        completeCall(tx, request.params.id, { ...request.body, ended_at }, now()),
      )
    },
  )

  app.post(
    '/api/telemetry',
    {
      config: ingest,
      schema: {
        operationId: 'addTelemetry',
        summary: 'Turns and completions of many calls, each item answered by itself',
        tags,
        body: TelemetryInput,
        response: { 200: Named(TelemetryTaken) },
      },
    },
    (request) => {
      const { call_id } = callerOf(request)
      return ingestTelemetry(db, takeTurns, companyOf(request), request.body, now(), call_id)
    },
  )

  app.get(
    '/api/calls/:id/transcript',
    {
      config: read,
      schema: {
        operationId: 'getTranscript',
        summary: 'What was said in a call',
        tags,
        params: IdParams,
        response: { 200: Named(Transcript) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getTranscript(tx, request.params.id)),
  )

  app.get(
    '/api/calls/:id/logs',
    {
      config: read,
      schema: {
        operationId: 'listTurns',
        summary: 'The turns of a call with all that was measured, in their order',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Named(Turn)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listTurns(tx, request.params.id, request.query)),
  )

  app.get(
    '/api/calls/:id/metrics',
    {
      config: read,
      schema: {
        operationId: 'getCallMetrics',
        summary: 'What the turns of a call add up to',
        tags,
        params: IdParams,
        response: { 200: Named(CallMetrics) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getMetrics(tx, request.params.id)),
  )

  app.put(
    '/api/calls/:id/metrics',
    {
      config: { scope: ['ingest', 'write'] },
      schema: {
        operationId: 'putCallMetrics',
        summary: 'Metrics of a call whose agent keeps no turns; what turns say wins',
        tags,
        params: IdParams,
        body: CallMetricsInput,
        response: { 200: Named(CallMetrics) },
      },
    },
    (request) => inCompany(db, companyOf(request), (tx) => putMetrics(tx, request.params.id, request.body)),
  )

  app.delete(
    '/api/calls/:id/metrics',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'deleteCallMetrics',
        summary: 'Delete the metrics of a call; its turns stay',
        tags,
        params: IdParams,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await inCompany(db, companyOf(request), (tx) => deleteMetrics(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/call-metrics/export',
    {
      config: read,
      schema: {
        operationId: 'exportCallMetrics',
        summary: 'Metrics of calls as a CSV file, latest call first',
        tags,
        querystring: MetricsExportQuery,
        response: { 200: Csv('call_id,started_at,outcome\r\n') },
      },
    },
    (request, reply) => {
      const filter = { ...request.query, ...boundsOf(request.query) }
      const sheet = { name: 'call-metrics', columns: metricsColumns, format: request.query }
      return sendCsv(request, reply, sheet, (take) => exportMetrics(db, companyOf(request), filter, take))
    },
  )

  app.get(
    '/api/call-metrics',
    {
      config: read,
      schema: {
        operationId: 'listCallMetrics',
        summary: 'Metrics of calls, latest call first',
        tags,
        querystring: MetricsQuery,
        response: { 200: PageOf(Named(CallMetrics)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) =>
        listMetrics(tx, { ...request.query, ...boundsOf(request.query) }, request.query),
      ),
  )
}
