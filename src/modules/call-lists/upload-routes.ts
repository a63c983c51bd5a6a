import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ReadTx, readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf, nameCompany, storedKeyIdOf } from '../../http/auth.ts'
import { disconnectSignal } from '../../http/disconnect.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { otherJsonTypes } from '../../http/json-body.ts'
import { strictValidator } from '../../http/schema-compilers.ts'
import {
  maxBodyBytes,
  readUpload,
  readUploadForm,
  refuseLargeBody,
  registerUploadForm,
} from '../../http/upload-form.ts'
import { IdParams, Ref } from '../../http/wire.ts'
import { FileError } from './file/file-error.ts'
import { findImportOfSameFile, type Import, invalidFile, listRejectedRows } from './imports.ts'
import { Uploaded, UploadForm } from './schema.ts'
import { failImport } from './staging.ts'
import {
  fileContentTypes,
  ImportRows,
  SuppressionForm,
  SuppressionImportQuery,
  SuppressionsImported,
} from './suppression-list-schema.ts'
import { assertJsonQuery, importSuppressions } from './suppression-lists/import-json.ts'
import { finishUpload, stageUpload } from './upload.ts'
import { parseUploadFields } from './upload-fields.ts'

/** Maximum number of rejected rows in the response for a call list, and for a suppression list. */
const maxReportedRows = 100
const maxReportedSuppressions = 1_000

const validator = strictValidator()

/** POST /api/campaigns/{id}/call-list and POST /api/suppressions/import: lists are read as they arrive. */
export const uploadRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Uploaded)
  await registerUploadForm(app)
  await app.register(suppressionListRoutes, { deps })

  app.post(
    '/campaigns/:id/call-list',
    {
      config: { scope: 'write', isUpload: true, isRepeatable: true },
      bodyLimit: maxBodyBytes,
      // The form is parsed part by part as it arrives, so there is no body to validate: parseUploadFields checks its fields.
      validatorCompiler: (part) =>
        (part.httpPart === 'body' ? () => true : validator(part as never)) as never,
      schema: {
        operationId: 'uploadCallList',
        summary:
          'Add the contacts of a CSV, XLSX or JSON Lines file; a file of over 10,000 rows is merged later (202)',
        description:
          'Reads the file while it arrives: up to 100 MB and 2,000,000 rows. Encoding, delimiter and columns are detected unless the form names them. Rows that cannot be used are counted and listed, and do not fail the import. Up to 10,000 rows are merged before the response (200); a larger file is merged in the background (202), and `GET /api/imports/{id}` has its progress. Returns 422 when the file cannot be read or has no phone numbers.',
        tags: ['call lists'],
        consumes: ['multipart/form-data'],
        params: IdParams,
        body: UploadForm,
        response: { 200: Ref(Uploaded), 202: Ref(Uploaded) },
      },
      onRequest: refuseLargeBody,
    },
    async (request, reply) => {
      const staged = await readUploadForm(request, listHandler(deps, request, reply, request.params.id))
      const current = await finishUpload(db, staged, now)
      reply.code(current.status === 'completed' ? 200 : 202)
      return readCompany(db, current.company_id, async (tx) => {
        const errors = await reportedRows(tx, current.id, maxReportedRows)
        const sameFile = await findImportOfSameFile(tx, current)
        return {
          ...current,
          import_id: current.id,
          errors,
          same_file_import_id: sameFile?.id ?? null,
        }
      })
    },
  )
}

/** The first rejected rows of an import, as a response reports them. */
async function reportedRows(tx: ReadTx, import_id: string, limit: number) {
  const { items } = await listRejectedRows(tx, import_id, { limit })
  return items.map(({ line, code, detail }) => ({ line, code: code ?? '', detail: detail ?? '' }))
}

/** Stages the file of an upload; a campaign_id of null means a suppression list. */
function listHandler(
  { db, now }: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  campaign_id: string | null,
) {
  const company_id = companyOf(request)
  const signal = disconnectSignal(reply)
  const read = async (
    { name, source }: { name: string | undefined; source: Readable },
    { company_id: named, ...form }: Readonly<Record<string, string>>,
  ): Promise<Import> => {
    if (named !== undefined) nameCompany(request, named)
    const fields = parseUploadFields(form, campaign_id === null ? 'suppressions' : 'contacts')
    const upload = { campaign_id, file_name: name, key_id: storedKeyIdOf(request), fields, source, signal }
    try {
      return await stageUpload(db, company_id, upload, now)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      if (error.cause !== undefined) request.log.error({ err: error.cause }, 'reading a call list failed')
      throw invalidFile(error.code, error.message)
    }
  }
  const discard = ({ id }: Import, reason: unknown) => failImport(db, company_id, id, reason, now())
  return { read, discard }
}

/** In a context of its own: the types of files are accepted as a body by this route only. */
const suppressionListRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(SuppressionsImported)
  // The schemas of this body are chosen by its type, so a JSON type without a schema would not be validated.
  app.removeContentTypeParser(otherJsonTypes)
  app.addContentTypeParser([...fileContentTypes], (_request, payload, done) => done(null, payload))

  app.post(
    '/suppressions/import',
    {
      config: { scope: 'write', isUpload: true },
      // Files are read as they arrive, without the limit of JSON bodies; parseUploadFields checks their options.
      validatorCompiler: (part) =>
        (part.httpPart === 'body' && part.contentType !== 'application/json'
          ? () => true
          : validator(part as never)) as never,
      schema: {
        operationId: 'importSuppressions',
        summary:
          'Suppress the numbers of a list: JSON, or a file as for call lists. Rejected rows are reported, the others imported',
        description:
          'Up to 50,000 numbers as JSON, all at once, or a file as the body or in a form, up to 100 MB and 2,000,000 rows. A number that is suppressed already keeps the later expiry. Waiting contacts with these numbers are skipped. `Idempotency-Key` applies to JSON bodies; a file may be sent again without harm.',
        tags: ['suppressions'],
        querystring: SuppressionImportQuery,
        body: {
          content: {
            'application/json': { schema: ImportRows },
            'text/csv': { schema: SuppressionForm.properties.file },
            'multipart/form-data': { schema: SuppressionForm },
          },
        },
        response: { 200: Ref(SuppressionsImported), 202: Ref(SuppressionsImported) },
      },
      onRequest: refuseLargeBody,
    },
    async (request, reply) => {
      const { query } = request
      const body = request.body as Static<typeof ImportRows> | Readable | undefined
      const { read, discard } = listHandler(deps, request, reply, null)
      if (!request.isMultipart() && !(body instanceof Readable)) {
        assertJsonQuery(query)
        return withIdempotencyKey(deps, request, reply, async (tx) => ({
          status: 200,
          body: await importSuppressions(tx, body?.suppressions ?? [], query, now()),
        }))
      }
      const staged = request.isMultipart()
        ? await readUploadForm(request, { read: (file, form) => read(file, { ...query, ...form }), discard })
        : await readUpload({ name: undefined, source: body as Readable }, query, read)
      const current = await finishUpload(db, staged, now)
      reply.code(current.status === 'completed' ? 200 : 202)
      const rejected = await readCompany(db, current.company_id, (tx) =>
        reportedRows(tx, current.id, maxReportedSuppressions),
      )
      return {
        ...current,
        import_id: current.id,
        extended: current.updated,
        unchanged: current.skipped,
        rejected_total: current.rejected,
        rejected,
      }
    },
  )
}
