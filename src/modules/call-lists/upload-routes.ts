import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf, storedKeyIdOf } from '../../http/auth.ts'
import { sendProblem } from '../../http/problem.ts'
import { strictValidator } from '../../http/schema-compilers.ts'
import { IdParams, Ref } from '../../http/wire.ts'
import type { ErrorCode } from '../../lib/error-codes.ts'
import { malformed } from '../../lib/errors.ts'
import { FileError } from './file/column-mapping.ts'
import { findImportOfSameFile, type Import, invalidFile, listRejectedRows } from './imports.ts'
import { Uploaded, UploadForm } from './schema.ts'
import { failImport, maxFileBytes } from './staging.ts'
import { finishUpload, parseUploadFields, stageUpload } from './upload.ts'

/** The fields and boundaries around the file need less than 1 MB. */
const maxBodyBytes = maxFileBytes + 1024 * 1024
const maxFieldBytes = 65_536
/** Maximum number of rejected rows in the response. */
const maxReportedRows = 100

const validator = strictValidator()

/** POST /api/campaigns/{id}/call-list: uploads a file of contacts, which is read as it arrives. */
export const uploadRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Uploaded)
  await app.register(multipart, {
    limits: {
      files: 1,
      fields: 20,
      parts: 21,
      fieldSize: maxFieldBytes,
      fileSize: maxBodyBytes,
      headerPairs: 50,
    },
    throwFileSizeLimit: false,
  })

  app.post(
    '/api/campaigns/:id/call-list',
    {
      config: { scope: 'write' },
      bodyLimit: maxBodyBytes,
      // The form is parsed part by part as it arrives, so there is no body to validate: parseUploadFields checks its fields.
      validatorCompiler: (part) =>
        (part.httpPart === 'body' ? () => true : validator(part as never)) as never,
      schema: {
        operationId: 'uploadCallList',
        summary:
          'Add the contacts of a CSV, XLSX or JSON Lines file; a file of over 10,000 rows is merged later (202)',
        tags: ['call lists'],
        consumes: ['multipart/form-data'],
        params: IdParams,
        body: UploadForm,
        response: { 200: Ref(Uploaded), 202: Ref(Uploaded) },
      },
      // Refuses a body that is too large before reading it.
      onRequest: async (request, reply) => {
        if (Number(request.headers['content-length'] ?? 0) <= maxBodyBytes) return
        const detail =
          'The file is larger than 100 MB. Split it into several files, or save a workbook as CSV.'
        reply.header('connection', 'close')
        return sendProblem(request, reply, { status: 413, code: 'body_too_large', detail })
      },
    },
    async (request, reply) => {
      const company_id = companyOf(request)
      const staged = await stageForm(deps, request, company_id, request.params.id)
      const current = await finishUpload(db, staged, now)
      reply.code(current.status === 'completed' ? 200 : 202)
      return readCompany(db, company_id, async (tx) => {
        const { items } = await listRejectedRows(tx, current.id, { limit: maxReportedRows })
        const sameFile = await findImportOfSameFile(tx, current)
        return {
          ...current,
          import_id: current.id,
          errors: items.map(({ line, code, detail }) => ({ line, code: code ?? '', detail: detail ?? '' })),
          same_file_import_id: sameFile?.id ?? null,
        }
      })
    },
  )
}

/** Reads the parts of the form: fields first, then the file, which is staged. @throws Refusal */
async function stageForm(
  deps: Deps,
  request: FastifyRequest,
  company_id: string,
  campaign_id: string,
): Promise<Import> {
  if (!request.isMultipart()) {
    throw malformed(
      'no_form',
      'The body is not a form. Send multipart/form-data with the file in a part named file.',
    )
  }
  let staged: Import | undefined
  try {
    const form: Record<string, string> = {}
    for await (const part of request.parts()) {
      if (staged !== undefined) {
        throw invalidPart(
          part.fieldname,
          'field_after_file',
          'The part follows the file. Send the file last.',
        )
      }
      if (part.type === 'field') form[part.fieldname] = String(part.value)
      else if (part.fieldname !== 'file') {
        throw invalidPart(
          part.fieldname,
          'unknown_file',
          'The part is a file, but its name is not "file". Rename it to file.',
        )
      } else staged = await stageFilePart(deps, request, part, { company_id, campaign_id, form })
    }
  } catch (error) {
    const refusal = formRefusal(error)
    if (staged !== undefined) await failImport(deps.db, company_id, staged.id, refusal, deps.now())
    throw refusal
  }
  if (staged === undefined)
    throw invalidPart(
      'file',
      'no_file',
      'The form has no part named "file". Send the call list in a part with this name.',
    )
  return staged
}

/** Converts an error of the form parser to a Refusal with a text for the caller. Any other error is returned unchanged. */
function formRefusal(error: unknown): unknown {
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code === 'FST_FILES_LIMIT') {
    return invalidPart('file', 'several_files', 'The form has several files. Send one file per request.')
  }
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT') {
    return malformed(
      'too_many_fields',
      'The form has more than 20 fields. Send only the fields that the API documentation lists.',
    )
  }
  const isFormError = /^(Multipart:|Unexpected end of|Malformed|Part terminated|Unterminated)/i.test(message)
  return isFormError
    ? malformed(
        'broken_form',
        'The form cannot be parsed. Check that its boundary is the one in the Content-Type header, and that the body is complete.',
      )
    : error
}

const invalidPart = (name: string, code: ErrorCode, detail: string) =>
  malformed(code, `Part "${name}" of the form is invalid. ${detail}`, [{ pointer: `/${name}`, detail }])

/** Stages the file. On an error the rest of the file is read and discarded, so that the client gets the response. */
async function stageFilePart(
  { db, now }: Deps,
  request: FastifyRequest,
  { file, filename }: MultipartFile,
  target: { company_id: string; campaign_id: string; form: Record<string, string> },
): Promise<Import> {
  try {
    const upload = {
      campaign_id: target.campaign_id,
      file_name: filename,
      key_id: storedKeyIdOf(request),
      fields: parseUploadFields(target.form),
      source: file,
    }
    return await stageUpload(db, target.company_id, upload, now)
  } catch (error) {
    if (!file.destroyed) file.resume()
    if (!(error instanceof FileError)) throw error
    if (error.cause !== undefined) request.log.error({ err: error.cause }, 'reading a call list failed')
    throw invalidFile(error.code, error.message)
  }
}
