import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { CsvResponse, sendCsv } from '../../http/csv-response.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, Ref, updateMethods } from '../../http/wire.ts'
import { withStorableFields } from '../../lib/report-warnings.ts'
import { storableValue } from '../../lib/text.ts'
import { parseBounds, parseOptionalInstant } from '../../lib/time/instants.ts'
import { createCall, deleteCall, getCall, lockCall, rateCall, updateCall } from './calls.ts'
import { callExportColumns, exportCalls } from './export-calls.ts'
import { listCalls } from './list-calls.ts'
import {
  Call,
  CallChange,
  CallExportQuery,
  CallInput,
  CallQuery,
  CallWithWarnings,
  Rating,
} from './schema.ts'

const tags = ['calls']
const resource = defineResource({ schema: Call, lock: (tx: Tx, { id }) => lockCall(tx, id) })

/** /api/calls: list, export, create, change, rate and delete calls. */
export const callRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Call)
  app.addSchema(CallWithWarnings)

  app.get(
    '/calls',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listCalls',
        summary: 'List calls, latest first unless sorted otherwise',
        description:
          'Attempts of campaigns, test calls and inbound calls. Filters combine with AND; `start` and `end` are about `started_at`. With `q` or `contact_name`, or sorted by another value with filters, a page may have fewer items than `limit`, because a request searches for two seconds at most: follow `next_cursor` until it is null. Transcripts are found some seconds after the end of their calls: a loop of its own indexes them.',
        tags,
        querystring: CallQuery,
        response: { 200: PageOf(Ref(Call)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) =>
        listCalls(tx, { ...request.query, ...parseBounds(request.query) }, request.query),
      ),
  )

  app.get(
    '/calls/export',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'exportCalls',
        summary: 'Export calls as a CSV file, latest first',
        description:
          'All calls that match the filters, without a maximum number of rows. Columns are those of a call. Numbers and times are written in the requested format.',
        tags,
        querystring: CallExportQuery,
        response: { 200: CsvResponse('id,direction,callee_number\r\n') },
      },
    },
    (request, reply) => {
      const filter = { ...request.query, ...parseBounds(request.query) }
      const file = { name: 'calls', columns: callExportColumns, format: request.query }
      return sendCsv(request, reply, file, (sink) => exportCalls(db, companyOf(request), filter, sink))
    },
  )

  app.post(
    '/calls',
    {
      config: { scope: ['ingest', 'write'], resource, location: '/calls/{id}' },
      schema: {
        operationId: 'createCall',
        summary: 'Create a call that has started; a known external_call_id returns the existing call (200)',
        description:
          'For calls that did not begin here, such as inbound calls of your telephone system. The agent then requests the brief and reports turns and the end. With an `external_call_id` that the company has already, the existing call is returned unchanged (200). Returns 422 `unknown_skillbase` or `unknown_campaign` for an id that does not exist in the company.',
        tags,
        body: CallInput,
        response: { 200: Ref(Call), 201: Ref(Call) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => {
        const input = storableValue(request.body)
        const started_at = parseOptionalInstant(input.started_at, '/started_at') ?? undefined
        const { call, is_new } = await createCall(tx, { ...input, started_at }, now())
        return { status: is_new ? 201 : 200, body: call }
      }),
  )

  app.get(
    '/calls/:id',
    {
      config: { scope: ['read', 'ingest'], resource },
      schema: {
        operationId: 'getCall',
        summary: 'Get a call',
        description:
          'Status, outcome, times, collected data and counts of one call. Costs, metrics and turns have operations of their own.',
        tags,
        params: IdParams,
        response: { 200: Ref(Call) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCall(tx, request.params.id)),
  )

  for (const { method, verb, mode, how } of updateMethods) {
    app.route({
      method,
      url: '/calls/:id',
      config: { scope: ['ingest', 'write'], resource },
      schema: {
        operationId: `${verb}Call`,
        summary: `Change a call (${how})`,
        description:
          'Corrects what is known of a call: its outcome, data, language or room. The status may only move forward, to a status that is not final; a call is ended with POST /api/calls/{id}/complete. A corrected outcome also corrects the metrics and the contact. Values that cannot be stored are changed and reported in `warnings`.',
        tags,
        params: IdParams,
        body: CallChange,
        response: { 200: Ref(CallWithWarnings) },
      },
      handler: async (request) => {
        const { stored, warnings } = withStorableFields(request.body)
        const updated = await changeInCompany(db, request, (tx) =>
          updateCall(tx, request.params.id, stored, mode, now()),
        )
        return { ...updated.call, warnings: [...warnings, ...updated.warnings] }
      },
    })
  }

  app.delete(
    '/calls/:id',
    {
      config: { scope: 'write', resource },
      schema: {
        operationId: 'deleteCall',
        summary: 'Delete a call that has ended and is no attempt of a call task, with its turns and metrics',
        description:
          'Removes the call from lists, metrics and costs for good. Returns 409 `call_live` while it is live, and `call_of_task` for an attempt of a campaign.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteCall(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/calls/:id/rate',
    {
      config: { scope: 'write', isRepeatable: true, resource },
      schema: {
        operationId: 'rateCall',
        summary: 'Rate a call, 1 to 5; a new rating replaces the old one',
        description:
          'For people who listen to calls. The rating is part of the call, of exports and of events.',
        tags,
        params: IdParams,
        body: Rating,
        response: { 200: Ref(Call) },
      },
    },
    (request) => changeInCompany(db, request, (tx) => rateCall(tx, request.params.id, request.body.rating)),
  )
}
