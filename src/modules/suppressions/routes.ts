import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { CsvResponse, sendCsv } from '../../http/csv-response.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, Ref, updateMethods } from '../../http/wire.ts'
import { parseOptionalInstant } from '../../lib/time/instants.ts'
import { exportSuppressions, suppressionColumns } from './export.ts'
import {
  Suppression,
  SuppressionChange,
  SuppressionExportQuery,
  SuppressionInput,
  SuppressionQuery,
} from './schema.ts'
import {
  createSuppression,
  deleteSuppression,
  getSuppression,
  listSuppressions,
  lockSuppression,
  updateSuppression,
} from './suppressions.ts'

const tags = ['suppressions']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }
const resource = defineResource({ schema: Suppression, lock: (tx: Tx, { id }) => lockSuppression(tx, id) })

/**
 * /api/suppressions: numbers that are not called. They are checked when contacts are added and before each dial, and end contacts
 * that wait.
 */
export const suppressionRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Suppression)

  app.get(
    '/suppressions',
    {
      config: read,
      schema: {
        operationId: 'listSuppressions',
        summary: 'List suppressed numbers, newest first',
        description: 'Filters combine with AND. Numbers are found in any notation.',
        tags,
        querystring: SuppressionQuery,
        response: { 200: PageOf(Ref(Suppression)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) => listSuppressions(tx, request.query, request.query, now())),
  )

  app.post(
    '/suppressions',
    {
      config: { ...write, resource, location: '/suppressions/{id}' },
      schema: {
        operationId: 'createSuppression',
        summary: 'Suppress a number (201). If it is suppressed already (200), the later expiry applies',
        description: 'Contacts of started campaigns that wait for a call to the number become `skipped`.',
        tags,
        body: SuppressionInput,
        response: { 200: Ref(Suppression), 201: Ref(Suppression) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => {
        const { default_country, ...input } = request.body
        const expires_at = parseOptionalInstant(input.expires_at, '/expires_at')
        const country = default_country as never
        const { suppression, is_new } = await createSuppression(tx, { ...input, expires_at }, country, now())
        return { status: is_new ? 201 : 200, body: suppression }
      }),
  )

  app.get(
    '/suppressions/export',
    {
      config: read,
      schema: {
        operationId: 'exportSuppressions',
        summary: 'Export suppressed numbers as a CSV file, which the import accepts',
        description: 'All suppressions that match the filters, in the columns of the import.',
        tags,
        querystring: SuppressionExportQuery,
        response: { 200: CsvResponse('phone_number,reason,source\r\n') },
      },
    },
    (request, reply) => {
      const table = { name: 'suppressions', columns: suppressionColumns, format: request.query }
      return sendCsv(request, reply, table, (sink) =>
        exportSuppressions(db, companyOf(request), request.query, now(), sink),
      )
    },
  )

  app.get(
    '/suppressions/:id',
    {
      config: { ...read, resource },
      schema: {
        operationId: 'getSuppression',
        summary: 'Get a suppressed number',
        description: 'The reason, source, note and expiry of one number.',
        tags,
        params: IdParams,
        response: { 200: Ref(Suppression) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getSuppression(tx, request.params.id)),
  )

  for (const { method, verb, how } of updateMethods) {
    app.route({
      method,
      url: '/suppressions/:id',
      config: { ...write, resource },
      schema: {
        operationId: `${verb}Suppression`,
        summary: `Update the reason, note or expiry of a suppression (${how})`,
        description:
          'The number cannot be changed. A suppression whose expiry has passed no longer prevents calls. Returns 422 `already_expired` for an expiry in the past.',
        tags,
        params: IdParams,
        body: SuppressionChange,
        response: { 200: Ref(Suppression) },
      },
      handler: (request) => {
        const change = {
          ...request.body,
          expires_at: parseOptionalInstant(request.body.expires_at, '/expires_at'),
        }
        return changeInCompany(db, request, (tx) =>
          updateSuppression(tx, request.params.id, change as never, now()),
        )
      },
    })
  }

  app.delete(
    '/suppressions/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'deleteSuppression',
        summary: 'Allow a number to be called again. Contacts already skipped stay skipped',
        description:
          'Campaigns may call the number again. Contacts that were skipped become waiting ones only with a restart of their campaign.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteSuppression(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
