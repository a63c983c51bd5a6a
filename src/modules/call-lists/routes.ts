import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { CsvResponse, sendCsv } from '../../http/csv-response.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { EmptyBody, IdParams, PageOf, Ref } from '../../http/wire.ts'
import { exportRejectedRows, rejectedColumns } from './export-rejected.ts'
import { decodedCells } from './file/staged-row.ts'
import {
  cancelImport,
  getImport,
  listImports,
  listRejectedRows,
  lockImport,
  revertImport,
} from './imports.ts'
import { Import, ImportQuery, RejectedExportQuery, RejectedRow, RejectedRowsQuery } from './schema.ts'
import { drainImport } from './upload.ts'

const tags = ['call lists']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }
const resource = defineResource({
  schema: Import,
  // The workers change all the rest while they merge the rows.
  compared: ['id', 'status'],
  lock: (tx: Tx, { id }) => lockImport(tx, id),
})

/** /api/imports: uploaded files, their progress, and their rejected rows. */
export const importRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Import)
  app.addSchema(RejectedRow)

  app.get(
    '/imports',
    {
      config: read,
      schema: {
        operationId: 'listImports',
        summary: 'List imports, newest first',
        description:
          'Imports of call lists and of suppression lists. Filters combine with AND. A dry run is listed like any other import.',
        tags,
        querystring: ImportQuery,
        response: { 200: PageOf(Ref(Import)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listImports(tx, request.query, request.query)),
  )

  app.get(
    '/imports/:id',
    {
      config: { ...read, resource },
      schema: {
        operationId: 'getImport',
        summary: 'Get an import with its progress',
        description:
          'Status, counts and reading of a file. Poll it while `status` is receiving, waiting or merging, or follow the events `import.progress` and `import.completed`.',
        tags,
        params: IdParams,
        response: { 200: Ref(Import) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getImport(tx, request.params.id)),
  )

  app.get(
    '/imports/:id/rejected',
    {
      config: read,
      schema: {
        operationId: 'listRejectedRows',
        summary: 'List the rejected rows of an import with the reason; they are kept for 30 days',
        description:
          'Each item has the line, the code and explanation of the reason, and the original cells. Rows are listed in the order of the file.',
        tags,
        params: IdParams,
        querystring: RejectedRowsQuery,
        response: { 200: PageOf(Ref(RejectedRow)) },
      },
    },
    async (request) => {
      const { id } = request.params
      const page = await readCompany(db, companyOf(request), (tx) => listRejectedRows(tx, id, request.query))
      const items = page.items.map(({ line, code, detail, cells }) => ({
        line,
        code: code ?? '',
        detail,
        cells: [...decodedCells(cells)],
      }))
      return { ...page, items }
    },
  )

  app.get(
    '/imports/:id/rejected/export',
    {
      config: read,
      schema: {
        operationId: 'exportRejectedRows',
        summary: 'Export the rejected rows as CSV with the columns of the file, to correct and upload again',
        description:
          'The first columns are the reason, followed by those of the file. Correct it and upload it again; rows that were imported already are recognized by their number.',
        tags,
        params: IdParams,
        querystring: RejectedExportQuery,
        response: { 200: CsvResponse('refused_line,refused_code,refused_detail,phone\r\n') },
      },
    },
    async (request, reply) => {
      const current = await readCompany(db, companyOf(request), (tx) => getImport(tx, request.params.id))
      const table = { name: 'rejected', columns: rejectedColumns(current), format: request.query }
      return sendCsv(request, reply, table, (sink) => exportRejectedRows(db, current, sink))
    },
  )

  app.post(
    '/imports/:id/cancel',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'cancelImport',
        summary: 'Cancel an import that is not completed; the contacts that it has added are deleted',
        description:
          'Stops reading or merging the file. Contacts that the import added and that were not called are deleted in the background; until then `status` is cancelled and `reverted` grows. An import that has ended gets 409.',
        tags,
        params: IdParams,
        body: EmptyBody,
        response: { 200: Ref(Import) },
      },
    },
    async (request, reply) => {
      const cancel = async (tx: Tx) => ({ status: 200, body: await cancelImport(tx, request.params.id) })
      return withIdempotencyKey(deps, request, reply, cancel)
    },
  )

  app.delete(
    '/imports/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'revertImport',
        summary:
          'Revert an import: delete the contacts that it added and that were never called. The import itself is kept',
        description:
          'Deletes the contacts that a completed import added, except those that were called. It runs in the background; `reverted` counts them. Returns 409 `import_under_way` for an import that has not ended; cancel it instead.',
        tags,
        params: IdParams,
        response: { 200: Ref(Import) },
      },
    },
    async (request) => {
      const { id } = request.params
      const reverting = await changeInCompany(db, request, (tx) => revertImport(tx, id, now()))
      return drainImport(db, reverting, now)
    },
  )
}
