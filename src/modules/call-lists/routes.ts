import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { inCompany, readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { CsvResponse, sendCsv } from '../../http/csv-response.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { EmptyBody, IdParams, PageOf, Ref } from '../../http/wire.ts'
import { exportRejectedRows, rejectedColumns } from './export-rejected.ts'
import { cancelImport, getImport, listImports, listRejectedRows, revertImport } from './imports.ts'
import { Import, ImportQuery, RejectedExportQuery, RejectedRow, RejectedRowsQuery } from './schema.ts'
import { drainImport } from './upload.ts'

const tags = ['call lists']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

/** /api/imports: files that were uploaded, and what became of their rows. */
export const importRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Import)
  app.addSchema(RejectedRow)

  app.get(
    '/api/imports',
    {
      config: read,
      schema: {
        operationId: 'listImports',
        summary: 'Files of contacts, newest first',
        tags,
        querystring: ImportQuery,
        response: { 200: PageOf(Ref(Import)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listImports(tx, request.query, request.query)),
  )

  app.get(
    '/api/imports/:id',
    {
      config: read,
      schema: {
        operationId: 'getImport',
        summary: 'One file, and how far it is',
        tags,
        params: IdParams,
        response: { 200: Ref(Import) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getImport(tx, request.params.id)),
  )

  app.get(
    '/api/imports/:id/rejected',
    {
      config: read,
      schema: {
        operationId: 'listRejectedRows',
        summary: 'Rows of a file that were not taken, and why; kept for 30 days',
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
        ...{ line, code: code ?? '', detail, cells: cells ?? [] },
      }))
      return { ...page, items }
    },
  )

  app.get(
    '/api/imports/:id/rejected/export',
    {
      config: read,
      schema: {
        operationId: 'exportRejectedRows',
        summary: 'The same as a CSV file under the columns of the upload: mend it and send it again',
        tags,
        params: IdParams,
        querystring: RejectedExportQuery,
        response: { 200: CsvResponse('refused_line,refused_code,refused_detail,phone\r\n') },
      },
    },
    async (request, reply) => {
      const present = await readCompany(db, companyOf(request), (tx) => getImport(tx, request.params.id))
      const sheet = { name: 'rejected', columns: rejectedColumns(present), format: request.query }
      return sendCsv(request, reply, sheet, (take) => exportRejectedRows(db, present, take))
    },
  )

  app.post(
    '/api/imports/:id/cancel',
    {
      config: write,
      schema: {
        operationId: 'cancelImport',
        summary: 'Stop a file that is being taken in; the workers take back what it added',
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
    '/api/imports/:id',
    {
      config: write,
      schema: {
        operationId: 'takeBackImport',
        summary: 'Take back the contacts that a file added and nobody called yet; its account stays',
        tags,
        params: IdParams,
        response: { 200: Ref(Import) },
      },
    },
    async (request) => {
      const { id } = request.params
      const taken = await inCompany(db, companyOf(request), (tx) => revertImport(tx, id, now()))
      return drainImport(db, taken, now)
    },
  )
}
