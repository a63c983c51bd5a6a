import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf, storedKeyIdOf } from '../../http/auth.ts'
import { sendProblem } from '../../http/problem.ts'
import { strictValidator } from '../../http/schema-compilers.ts'
import { IdParams, Ref } from '../../http/wire.ts'
import { malformed } from '../../lib/errors.ts'
import { findImportOfSameFile, type Import, listRejectedRows } from './imports.ts'
import { Uploaded, UploadForm } from './schema.ts'
import { failImport, maxFileBytes } from './staging.ts'
import { finishUpload, parseUploadFields, stageUpload } from './upload.ts'

/** Around the file stand a few fields and boundaries. */
const mostBytes = maxFileBytes + 1024 * 1024
const mostErrors = 100

const validator = strictValidator()

/** POST /api/campaigns/{id}/call-list: a file of contacts, read as it comes. */
export const uploadRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Uploaded)
  await app.register(multipart, {
    limits: { files: 1, fields: 20, fieldSize: 65_536, fileSize: mostBytes, parts: 21, headerPairs: 50 },
    throwFileSizeLimit: false,
  })

  app.post(
    '/api/campaigns/:id/call-list',
    {
      config: { scope: 'write' },
      bodyLimit: mostBytes,
      // A form is read part by part, as it comes; its fields are checked by readFields.
      validatorCompiler: (part) =>
        (part.httpPart === 'body' ? () => true : validator(part as never)) as never,
      schema: {
        operationId: 'uploadCallList',
        summary: 'Add the contacts of a file: CSV, .xlsx or JSON lines; a long one goes on by itself (202)',
        tags: ['call lists'],
        consumes: ['multipart/form-data'],
        params: IdParams,
        body: UploadForm,
        response: { 200: Ref(Uploaded), 202: Ref(Uploaded) },
      },
      // Before a byte of it is read.
      onRequest: async (request, reply) => {
        if (Number(request.headers['content-length'] ?? 0) <= mostBytes) return
        const detail = 'A list has at most 100 MB: send it in parts, or as CSV.'
        reply.header('connection', 'close')
        return sendProblem(request, reply, { status: 413, code: 'body_too_large', detail })
      },
    },
    async (request, reply) => {
      const company_id = companyOf(request)
      const taken = await receive(deps, request, company_id, request.params.id)
      const done = await finishUpload(db, taken, now)
      reply.code(done.status === 'completed' ? 200 : 202)
      return readCompany(db, company_id, async (tx) => {
        const { items } = await listRejectedRows(tx, done.id, { limit: mostErrors })
        const before = await findImportOfSameFile(tx, done)
        return {
          ...done,
          import_id: done.id,
          errors: items.map(({ line, code, detail }) => ({ line, code: code ?? '', detail: detail ?? '' })),
          same_file_import_id: before?.id ?? null,
        }
      })
    },
  )
}

/** The form, part by part: fields, then the file. */
async function receive(
  deps: Deps,
  request: FastifyRequest,
  company_id: string,
  campaign_id: string,
): Promise<Import> {
  if (!request.isMultipart()) {
    throw malformed('no_form', 'Send a form: multipart/form-data with a part called file.')
  }
  let taken: Import | undefined
  try {
    const form: Record<string, string> = {}
    for await (const part of request.parts()) {
      if (taken !== undefined)
        throw refusedPart(part.fieldname, 'field_after_file', 'comes after the file: put the file last')
      if (part.type === 'field') form[part.fieldname] = String(part.value)
      else if (part.fieldname !== 'file')
        throw refusedPart(part.fieldname, 'unknown_file', 'is no file: call it file')
      else taken = await takePart(deps, request, part, { company_id, campaign_id, form })
    }
  } catch (error) {
    const told = asTold(error)
    if (taken !== undefined) await failImport(deps.db, company_id, taken.id, told, deps.now())
    throw told
  }
  if (taken === undefined)
    throw refusedPart('file', 'no_file', 'is missing: the form has no part called file')
  return taken
}

/** What the reader of forms says of a form that is none, or has too much in it, in our words. */
function asTold(error: unknown): unknown {
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code === 'FST_FILES_LIMIT') return refusedPart('file', 'several_files', 'comes twice: send one file')
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT')
    return malformed('too_many_fields', 'The form has too many fields.')
  const isOfForm = /^(Multipart:|Unexpected end of|Malformed|Part terminated|Unterminated)/i.test(message)
  return isOfForm ? malformed('broken_form', 'The form is broken: see to its boundary.') : error
}

const refusedPart = (name: string, code: string, detail: string) =>
  malformed(code, 'The form is not as it should be.', [{ pointer: `/${name}`, detail }])

/** Takes in the file; when it is refused what is left of it is let pass, so that its sender hears why. */
async function takePart(
  { db, now }: Deps,
  request: FastifyRequest,
  { file, filename }: MultipartFile,
  {
    company_id,
    campaign_id,
    form,
  }: { company_id: string; campaign_id: string; form: Record<string, string> },
): Promise<Import> {
  try {
    const upload = {
      ...{ campaign_id, file_name: filename, key_id: storedKeyIdOf(request) },
      ...{ fields: parseUploadFields(form), source: file },
    }
    return await stageUpload(db, company_id, upload, now)
  } catch (error) {
    if (!file.destroyed) file.resume()
    throw error
  }
}
